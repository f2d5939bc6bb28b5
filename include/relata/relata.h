// The whole in-memory library in one include. Persistence is a library of its own:
// relata/persistence/sqlite.h and relata/persistence/snapshot.h.
#ifndef RELATA_RELATA_H_
#define RELATA_RELATA_H_

#include "relata/call.h"
#include "relata/change_set.h"
#include "relata/condition.h"
#include "relata/diagram.h"
#include "relata/draft.h"
#include "relata/handle.h"
#include "relata/indexed_range.h"
#include "relata/link.h"
#include "relata/lint.h"
#include "relata/live_instance.h"
#include "relata/loader.h"
#include "relata/observer.h"
#include "relata/plan.h"
#include "relata/query.h"
#include "relata/ref.h"
#include "relata/schema.h"
#include "relata/schema_builder.h"
#include "relata/status.h"
#include "relata/store.h"
#include "relata/structs.h"
#include "relata/target.h"
#include "relata/transaction.h"
#include "relata/typed_store.h"
#include "relata/validation.h"
#include "relata/value.h"

#endif  // RELATA_RELATA_H_
