// Snapshots that are not as they should be: damaged by chance, which the checksum finds, and made
// by someone who knows how to compute one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "persistence/snapshot_archive.h"
#include "persistence/snapshot_body.h"
#include "persistence/snapshot_envelope.h"
#include "persistence/snapshot_schema.h"
#include "relata/persistence/snapshot.h"
#include "tests/snapshot_allocations.h"
#include "tests/snapshot_world.h"

namespace relata {
namespace {

using snapshot_internal::ByteReader;
using snapshot_internal::ByteWriter;
using snapshot_internal::DescribeSchema;
using snapshot_internal::EncodeBody;
using snapshot_internal::kEnvelopeSize;
using snapshot_internal::Seal;
using snapshot_internal::Size;

// What a decoder may take: a multiple of its input, and beside it the pages and indexes of a store
// of a few rows.
constexpr std::size_t kBase = std::size_t{1} << 20;
constexpr std::size_t kMultiple = 8;

class SnapshotDamageTest : public testing::Test {
 protected:
  const Schema schema_ = SnapshotWorld::MakeSchema();

  // An envelope that fits, around any body.
  std::string Sign(std::string_view body) const {
    return Seal(std::string(kEnvelopeSize, '\0').append(body), schema_.fingerprint());
  }

  // Decodes, within bounds; what is accepted must be a store that is sound.
  absl::StatusCode Judge(const std::string& bytes) const {
    allocations.Restart();
    const absl::StatusOr<Store> store = DecodeSnapshot(schema_, bytes);
    EXPECT_LE(allocations.peak, kBase + kMultiple * bytes.size());
    if (kCountsAllocations && store.ok()) {
      EXPECT_GT(allocations.peak, 1000u);
    }
    if (store.ok()) {
      EXPECT_TRUE(store->CheckInvariants().ok()) << store->CheckInvariants();
    }
    return store.status().code();
  }

  void ExpectDataLoss(const std::string& bytes, const std::string& where) const {
    const absl::StatusOr<Store> store = DecodeSnapshot(schema_, bytes);
    EXPECT_EQ(store.status().code(), absl::StatusCode::kDataLoss)
        << where << ": " << store.status();
  }
};

TEST_F(SnapshotDamageTest, ABitFlipAnywhereIsRefused) {
  std::string bytes = SnapshotWorld::Must(EncodeSnapshot(SnapshotWorld::MakeStore(schema_)));
  ASSERT_GE(bytes.size(), 4096u);
  ASSERT_EQ(Judge(bytes), absl::StatusCode::kOk);
  for (std::size_t i = 0; i < bytes.size() && !HasFailure(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      bytes[i] = static_cast<char>(bytes[i] ^ (1 << bit));
      ExpectDataLoss(bytes, "bit " + std::to_string(bit) + " of byte " + std::to_string(i));
      bytes[i] = static_cast<char>(bytes[i] ^ (1 << bit));
    }
  }
}

TEST_F(SnapshotDamageTest, ATruncationAnywhereIsRefused) {
  const std::string bytes = SnapshotWorld::Must(EncodeSnapshot(SnapshotWorld::MakeStore(schema_)));
  for (std::size_t size = 0; size < bytes.size() && !HasFailure(); ++size) {
    ExpectDataLoss(bytes.substr(0, size), "the first " + std::to_string(size) + " bytes");
  }
}

TEST_F(SnapshotDamageTest, TrailingBytesAreRefused) {
  const std::string bytes = SnapshotWorld::Must(EncodeSnapshot(SnapshotWorld::MakeStore(schema_)));
  for (std::size_t more = 1; more <= 64; ++more) {
    ExpectDataLoss(bytes + std::string(more, '\0'), std::to_string(more) + " zeros more");
    ExpectDataLoss(bytes + bytes.substr(0, more), std::to_string(more) + " bytes more");
  }
}

TEST_F(SnapshotDamageTest, RandomDamageIsRefused) {
  const std::string good = SnapshotWorld::Must(EncodeSnapshot(SnapshotWorld::MakeStore(schema_)));
  std::mt19937_64 random(20240501);
  for (int round = 0; round < 20000 && !HasFailure(); ++round) {
    std::string bytes = good;
    const std::size_t at = random() % bytes.size();
    const std::size_t size = 1 + random() % std::min<std::size_t>(512, bytes.size() - at);
    for (std::size_t i = at; i < at + size; ++i) bytes[i] = static_cast<char>(random());
    if (bytes == good) continue;
    ExpectDataLoss(bytes, "round " + std::to_string(round));
  }
}

TEST_F(SnapshotDamageTest, EveryPrefixOfASignedBodyIsRefused) {
  const std::string body = EncodeBody(MakeSmallStore(schema_));
  ASSERT_EQ(Judge(Sign(body)), absl::StatusCode::kOk);
  for (std::size_t size = 0; size < body.size(); ++size) {
    EXPECT_EQ(Judge(Sign(body.substr(0, size))), absl::StatusCode::kDataLoss) << size;
  }
}

TEST_F(SnapshotDamageTest, BytesAfterASignedBodyAreRefused) {
  const std::string body = EncodeBody(MakeSmallStore(schema_));
  for (std::size_t more = 1; more <= 64; ++more) {
    EXPECT_EQ(Judge(Sign(body + std::string(more, '\0'))), absl::StatusCode::kDataLoss) << more;
  }
}

TEST_F(SnapshotDamageTest, ASignedBodyThatWasMutatedNeitherCrashesNorAllocatesHugely) {
  const std::string good = EncodeBody(MakeSmallStore(schema_));
  // Mutations of the rows matter more than those of the description, which are compared as a whole.
  ByteReader reader(good);
  std::string_view description;
  reader(description);
  const std::size_t rows = good.size() - reader.left();
  std::mt19937_64 random(7);
  std::size_t accepted = 0, refused = 0;
  for (int round = 0; round < 100000 && !HasFailure(); ++round) {
    std::string body = good;
    const std::size_t from = round % 8 == 0 ? 0 : rows;
    for (int edits = 1 + static_cast<int>(random() % 4); edits > 0; --edits) {
      const std::size_t at = from + random() % (body.size() - from);
      switch (random() % 6) {
        case 0:
          body[at] = static_cast<char>(body[at] ^ (1 << random() % 8));
          break;
        case 1:
          body[at] = static_cast<char>(random());
          break;
        case 2:  // the bytes at which sizes and numbers end
          body[at] = "\x00\x01\x7f\x80\xff"[random() % 5];
          break;
        case 3:
          body.erase(at, 1 + random() % 8);
          break;
        case 4:
          body.insert(at, body.substr(from + random() % (body.size() - from), random() % 32));
          break;
        case 5: {  // a huge number over whatever stands there
          const std::uint64_t huge = std::uint64_t{1} << random() % 64;
          const std::uint64_t number = huge - random() % 2;
          std::memcpy(body.data() + at, &number, std::min(sizeof(number), body.size() - at));
          break;
        }
      }
      if (body.size() <= from + 1) body = good;
    }
    const absl::StatusCode code = Judge(Sign(body));
    EXPECT_TRUE(code == absl::StatusCode::kOk || code == absl::StatusCode::kDataLoss ||
                (from == 0 && code == absl::StatusCode::kFailedPrecondition))
        << "round " << round << ": " << code;
    ++(code == absl::StatusCode::kOk ? accepted : refused);
  }
  // A value may be changed to another value: both must happen, or nothing was tested.
  EXPECT_GT(accepted, 1000u);
  EXPECT_GT(refused, 10000u);
}

TEST_F(SnapshotDamageTest, RandomBytesUnderAGoodSignatureAreRefused) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 20000 && !HasFailure(); ++round) {
    ByteWriter writer;
    if (round % 2 == 0) writer(std::string_view(DescribeSchema(schema_)));
    std::string body = std::move(writer).Take();
    for (std::size_t n = random() % 300; n > 0; --n) body.push_back(static_cast<char>(random()));
    const absl::StatusCode code = Judge(Sign(body));
    EXPECT_TRUE(code == absl::StatusCode::kDataLoss ||
                code == absl::StatusCode::kFailedPrecondition)
        << "round " << round << ": " << code;
  }
}

// ----- what a stranger would write on purpose

class SnapshotHostileTest : public SnapshotDamageTest {
 protected:
  // A body whose first model, team, is what the test writes; what follows is missing.
  void Begin(ByteWriter& writer, std::string_view model = "team") const {
    writer(std::string_view(DescribeSchema(schema_)), model);
  }
  // A column of integers, or the lengths of texts, in 8 bytes each.
  static void Integers(ByteWriter& writer, const std::vector<std::int64_t>& integers) {
    writer(false, std::int64_t{0}, std::uint8_t{8});
    for (const std::int64_t integer : integers) writer(integer);
  }
  static void Texts(ByteWriter& writer, const std::vector<std::string>& texts) {
    std::vector<std::int64_t> lengths;
    for (const std::string& text : texts) lengths.push_back(static_cast<std::int64_t>(text.size()));
    Integers(writer, lengths);
    for (const std::string& text : texts) writer.Put(text.data(), text.size());
  }
  std::string Why(ByteWriter& writer) const {
    const std::string bytes = Sign(std::move(writer).Take());
    EXPECT_EQ(Judge(bytes), absl::StatusCode::kDataLoss);
    return DecodeSnapshot(schema_, bytes).status().ToString();
  }
};

TEST_F(SnapshotHostileTest, ACountThatTheBytesCannotHoldIsRefusedBeforeAnythingIsAllocated) {
  for (const std::uint64_t count :
       {std::uint64_t{1}, std::uint64_t{1} << 27, std::uint64_t{1} << 31, std::uint64_t{1} << 32,
        std::uint64_t{1} << 61, std::uint64_t{1} << 63, UINT64_MAX}) {
    ByteWriter writer;
    Begin(writer);
    writer(std::int64_t{1}, Size{count});
    EXPECT_NE(Why(writer).find("does not fit the 0 bytes left"), std::string::npos) << count;
  }
}

TEST_F(SnapshotHostileTest, ACountThatTheBytesCouldHoldCostsNoMoreThanSuchRows) {
  ByteWriter writer;
  Begin(writer);
  const std::string zeros(std::size_t{4} << 20, '\0');
  writer(std::int64_t{1}, Size{zeros.size() / 16});
  writer.Put(zeros.data(), zeros.size());
  // There are no numbers of no bytes.
  EXPECT_NE(Why(writer).find("numbers of 0 bytes"), std::string::npos);
}

TEST_F(SnapshotHostileTest, ATextLongerThanTheBytesLeftIsRefused) {
  for (const std::uint64_t size : {std::uint64_t{100}, std::uint64_t{1} << 32, UINT64_MAX}) {
    ByteWriter writer;
    Begin(writer);
    writer(std::int64_t{2}, Size{1});
    Integers(writer, {1});
    Integers(writer, {static_cast<std::int64_t>(size)});
    writer(std::int64_t{0}, std::int64_t{0});
    EXPECT_NE(Why(writer).find("does not fit"), std::string::npos) << size;
  }
}

TEST_F(SnapshotHostileTest, LengthsThatAddUpToMoreThan64BitsAreRefused) {
  ByteWriter writer;
  Begin(writer);
  writer(std::int64_t{1}, Size{4});
  Integers(writer, {1, 2, 3, 4});
  const std::int64_t quarter = std::int64_t{1} << 62;
  Integers(writer, {quarter, quarter, quarter, quarter});
  EXPECT_NE(Why(writer).find("does not fit"), std::string::npos);
}

TEST_F(SnapshotHostileTest, NumbersOfAnOddWidthAreRefused) {
  for (const int width : {0, 3, 5, 7, 9, 16, 255}) {
    ByteWriter writer;
    Begin(writer);
    writer(std::int64_t{1}, Size{1}, false, std::int64_t{1}, static_cast<std::uint8_t>(width));
    writer(std::int64_t{0}, std::int64_t{0});
    EXPECT_NE(Why(writer).find("numbers of"), std::string::npos) << width;
  }
}

TEST_F(SnapshotHostileTest, NumbersThatExceedTheLargestWrapAndHarmNothing) {
  ByteWriter writer;
  Begin(writer);
  writer(std::int64_t{1}, Size{1}, false, INT64_MAX, std::uint8_t{1}, std::uint8_t{1});
  Integers(writer, {0});
  for (int nullable = 0; nullable < 7; ++nullable) writer(true, std::uint8_t{1});
  // What follows is missing.
  EXPECT_NE(Why(writer).find("are left"), std::string::npos);
}

TEST_F(SnapshotHostileTest, ASizeOfMoreThan64BitsIsRefused) {
  ByteWriter writer;
  Begin(writer);
  writer(std::int64_t{1});
  writer.Put("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10);
  EXPECT_NE(Why(writer).find("exceeds 64 bits"), std::string::npos);
}

TEST_F(SnapshotHostileTest, ASizeThatIsLongerThanItNeedBeIsRefused) {
  ByteWriter writer;
  Begin(writer);
  writer(std::int64_t{1});
  writer.Put("\x80\x00", 2);
  EXPECT_NE(Why(writer).find("longer than it need be"), std::string::npos);
}

TEST_F(SnapshotHostileTest, AModelUnderAnotherNameIsRefused) {
  ByteWriter writer;
  Begin(writer, "player");
  EXPECT_NE(Why(writer).find("model team is expected"), std::string::npos);
}

// A row of team with one thing that is wrong about it: id, name, founded, crest, active, budget,
// license, fans, city, of which all but the first two may be null.
TEST_F(SnapshotHostileTest, CellsThatNoStoreHoldsAreRefused) {
  struct Case {
    const char* name;
    int attribute;  // that has a value, of those that may be null; 0: none has
    std::string nulls;
    std::string text;
    std::string value;
    const char* says;
  };
  const std::string all(1, '\1');
  const std::string nan("\0\0\0\0\0\0\xf8\x7f", 8);
  const std::string two("\2\0\0\0\0\0\0\0\1\0", 10);
  for (const Case& c : std::vector<Case>{
           {"A bit without a row", 2, "\3", "x", "", "null bits"},
           {"Nulls that are neither there nor not", 2, "", "x", "\2", "neither 0 nor 1"},
           {"A boolean that is 2", 4, "", "x", two, "active: a BOOLEAN is 0 or 1, not 2"},
           {"Not a number", 5, "", "x", nan, "budget"},
           {"Broken UTF-8", 0, "", "\xc3\x28", "", "name"},
           {"Half a character", 0, "", "\xc3", "", "name"}}) {
    SCOPED_TRACE(c.name);
    ByteWriter writer;
    Begin(writer);
    writer(std::int64_t{2}, Size{1});
    Integers(writer, {1});
    Texts(writer, {c.text});
    for (int attribute = 2; attribute <= 8; ++attribute) {
      if (attribute != c.attribute) {
        writer(true, std::uint8_t{1});
      } else if (!c.nulls.empty()) {
        writer(true);
        writer.Put(c.nulls.data(), c.nulls.size());
      } else {
        if (c.value.size() > 1) writer(false);
        writer.Put(c.value.data(), c.value.size());
      }
    }
    const std::string why = Why(writer);
    EXPECT_NE(why.find(c.says), std::string::npos) << why;
  }
}

TEST_F(SnapshotHostileTest, ACharacterThatIsSplitBetweenTwoTextsIsRefused) {
  ByteWriter writer;
  Begin(writer);
  writer(std::int64_t{3}, Size{2});
  Integers(writer, {1, 2});
  Texts(writer, {"a\xc3", "\xa4"});
  for (int attribute = 2; attribute <= 8; ++attribute) writer(true, std::uint8_t{3});
  const std::string why = Why(writer);
  EXPECT_NE(why.find("row 1 of model team: team.name"), std::string::npos) << why;
}

TEST_F(SnapshotHostileTest, TheSameKeyTwiceIsRefusedByNameAndRow) {
  ByteWriter writer;
  Begin(writer);
  writer(std::int64_t{2}, Size{2});
  Integers(writer, {1, 1});
  Texts(writer, {"a", "b"});
  for (int attribute = 2; attribute <= 8; ++attribute) writer(true, std::uint8_t{3});
  const std::string why = Why(writer);
  EXPECT_NE(why.find("row 2 of model team"), std::string::npos) << why;
}

TEST_F(SnapshotHostileTest, ANextKeyThatARowHasAlreadyIsRefused) {
  for (const std::int64_t key : {std::int64_t{5}, INT64_MAX}) {
    ByteWriter writer;
    Begin(writer);
    writer(std::int64_t{5}, Size{1});
    Integers(writer, {key});
    Texts(writer, {"a"});
    for (int attribute = 2; attribute <= 8; ++attribute) writer(true, std::uint8_t{1});
    const std::string why = Why(writer);
    EXPECT_NE(why.find("next key of model team"), std::string::npos) << why;
  }
}

TEST_F(SnapshotHostileTest, AnUnreadableDescriptionOfTheSchemaIsSaidToBeSo) {
  for (const std::string& description :
       {std::string(), std::string("\xff", 1), std::string("\x01\x05wxyz", 6),
        std::string(100000, '\x7f')}) {
    ByteWriter writer;
    writer(std::string_view(description));
    const std::string bytes = Sign(std::move(writer).Take());
    EXPECT_EQ(Judge(bytes), absl::StatusCode::kFailedPrecondition);
    const std::string why = DecodeSnapshot(schema_, bytes).status().ToString();
    EXPECT_NE(why.find("cannot be read"), std::string::npos) << why;
  }
}

TEST_F(SnapshotHostileTest, AHugeDescriptionCostsNoMoreThanItsSize) {
  ByteWriter description;
  description(Size{400000});
  for (int i = 0; i < 400000; ++i) {
    description(std::string_view("team"), std::string_view(i % 2 == 0 ? "x" : "primary key"),
                std::string_view("y"));
  }
  ByteWriter writer;
  writer(std::string_view(std::move(description).Take()));
  const std::string bytes = Sign(std::move(writer).Take());
  allocations.Restart();
  const absl::Status status = DecodeSnapshot(schema_, bytes).status();
  EXPECT_LT(allocations.peak, std::size_t{1} << 20);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_LT(status.message().size(), 10000u);
}

TEST_F(SnapshotDamageTest, BytesThatAreNoSnapshotAreRefused) {
  for (const std::string& bytes :
       {std::string(), std::string("\0", 1), std::string("x"), std::string("\x89"),
        std::string("\x89RELA\r\n\x1a"), std::string("SQLite format 3"), std::string("  \n "),
        std::string("[1]"), std::string("\xef\xbb\xbf"), std::string(100, '\x89')}) {
    EXPECT_EQ(Judge(bytes), absl::StatusCode::kDataLoss) << bytes;
  }
}

}  // namespace
}  // namespace relata
