// What users of other libraries complain about polymorphic associations, and what relata does
// instead. manual_coverage.txt says which test answers what.
#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "relata/schema_builder.h"
#include "relata/store.h"
#include "tests/status_testing.h"

namespace relata {
namespace {

using ::relata::testing::FailsWith;
using ::relata::testing::IsOk;
using ::relata::testing::Must;

TEST(PolymorphicComplaintsTest, TheSideThatHoldsTheKeyReadsAndWritesTheKindWithIt) {
  SchemaBuilder builder;
  const Model post = builder.Define("post", {});
  const Model image = builder.Define("image", {});
  const Model comment = builder.Define("comment", {{"kind", Text()}});
  AssociationOptions options{.foreign_key = "itemId", .constraints = false};
  const Association its_post = builder.BelongsTo(comment, post, options);
  const Association its_image = builder.BelongsTo(comment, image, options);
  options.scope = {{"kind", "post"}};
  const Association of_post = builder.HasMany(post, comment, options);
  options.scope = {{"kind", "image"}};
  const Association of_image = builder.HasMany(image, comment, options);
  const OneOf item = builder.Dispatch(comment, "item");
  Store store(Must(std::move(builder).Build()));
  const Instance p = Must(store.Create(post));
  const Instance i = Must(store.Create(image));  // of the same key
  const Instance c = Must(store.Create(i, of_image));
  EXPECT_EQ(store.One(c, its_post), std::nullopt);
  EXPECT_EQ(store.One(c, its_image), i);
  EXPECT_EQ(Must(store.GetAny(c, item)), i);
  ASSERT_TRUE(IsOk(store.Set(c, its_post, p)));
  EXPECT_EQ(Must(store.Get(c, "kind")), Value("post"));
  EXPECT_EQ(Must(store.Count(p, of_post)), 1u);
  EXPECT_EQ(Must(store.Count(i, of_image)), 0u);
  EXPECT_EQ(Must(store.GetAny(c, item)), p);
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

TEST(PolymorphicComplaintsTest, OneOfSeveralModelsMayBeReferredToWithFullIntegrity) {
  SchemaBuilder builder;
  const Model post = builder.Define("post", {});
  const Model image = builder.Define("image", {});
  const Model comment = builder.Define("comment", {});
  const OneOf item =
      builder.BelongsToOneOf(comment, {post, image}, {.as = "item", .on_delete = Action::kCascade});
  const Association comments = builder.HasMany(post, comment);
  Store store(Must(std::move(builder).Build()));
  const Instance p = Must(store.Create(post));
  const Instance i = Must(store.Create(image));
  const Instance c = Must(store.Create(p, comments));
  EXPECT_EQ(Must(store.GetAny(c, item)), p);
  ASSERT_TRUE(IsOk(store.Set(c, item, i)));
  EXPECT_EQ(Must(store.Count(p, comments)), 0u);
  EXPECT_TRUE(FailsWith(store.Set(c, {{"postId", 1}}), ErrorKind::kCheck));        // two at once
  EXPECT_TRUE(FailsWith(store.Set(c, {{"imageId", 9}}), ErrorKind::kForeignKey));  // none has it
  ASSERT_TRUE(IsOk(store.Delete(i)));
  EXPECT_FALSE(store.Contains(c));
  EXPECT_TRUE(IsOk(store.CheckInvariants()));
}

}  // namespace
}  // namespace relata
