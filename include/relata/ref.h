// Handles that know the C++ struct their model was made from (relata/structs.h). Each is an untyped
// handle with a type to it, converts to that handle, and goes wherever that one goes.
//
//   relata::ModelOf<Player> player = builder.Define<Player>("player");
//   relata::ToMany<Team, Player> players = builder.HasMany(team, player);
//   for (relata::Ref<Player> p : store.Linked(arsenal, players)) ...
#ifndef RELATA_REF_H_
#define RELATA_REF_H_

#include <concepts>
#include <optional>
#include <type_traits>

#include "relata/handle.h"

namespace relata {

// An instance of the model, or of one of the models, that struct T is bound to. Made by the store
// and by ModelOf::RefTo, so that its type is never wrong; like any handle it can go stale.
template <typename T>
struct Ref : Instance {
  Ref() = default;
  explicit Ref(const Instance& instance) : Instance(instance) {}
};

// A model that struct T is bound to.
template <typename T>
struct ModelOf : Model {
  ModelOf() = default;
  explicit ModelOf(Model model) : Model(model) {}

  // An attribute for conditions and orders, by name or by the pointer of its member:
  // `player[&Player::goals] > 100`.
  using Model::operator[];
  template <typename S, typename M>
  AttributeRef operator[](M S::*member) const;

  // The same instance with its type, or nullopt when it is of another model.
  std::optional<Ref<T>> RefTo(const Instance& instance) const {
    if (instance.model != index) return std::nullopt;
    return Ref<T>(instance);
  }
};

namespace internal {

template <typename T>
inline constexpr bool kIsRef = false;
template <typename T>
inline constexpr bool kIsRef<Ref<T>> = true;

// An instance that an association of S's model starts from: a Ref<S>, or one whose struct is not
// known, which is then checked at run time.
template <typename From, typename S>
concept SourceFor = std::same_as<From, Ref<S>> ||
    (std::derived_from<From, Instance> && !kIsRef<From>);
template <typename From, typename S>
concept NoSourceFor = !SourceFor<From, S>;
template <typename O, typename T>
concept OtherThan = !std::same_as<O, T>;
template <typename S, typename T>
concept BaseOrSame = std::derived_from<T, S>;

// The same handles without their types.
inline const Instance& Untyped(const Instance& instance) { return instance; }
inline const Model& Untyped(const Model& model) { return model; }
inline const Association& Untyped(const Association& association) { return association; }

}  // namespace internal

// An association between models that structs S and T are bound to. A store takes it with an
// instance of S, or with one whose struct is not known, and gives and takes instances of T: what
// has the wrong type does not compile.
template <typename S, typename T>
struct AssociationOf : Association {
  AssociationOf() = default;
  explicit AssociationOf(Association association) : Association(association) {}
};

// belongsTo and hasOne.
template <typename S, typename T>
struct ToOne : AssociationOf<S, T> {
  using AssociationOf<S, T>::AssociationOf;
  using AssociationOf<S, T>::operator();
  using AssociationOf<S, T>::operator[];
  // An attribute of the row that it leads to: `its_team[&Team::name] == "Arsenal"`.
  template <typename B, typename M>
  AttributeRef operator[](M B::*member) const;
  template <internal::OtherThan<T> O>
  Entry operator()(const Ref<O>& target) const = delete;
};

// hasMany and belongsToMany.
template <typename S, typename T>
struct ToMany : AssociationOf<S, T> {
  using AssociationOf<S, T>::AssociationOf;
};

}  // namespace relata

#endif  // RELATA_REF_H_
