"""Who did what, when, and how it ended: a hash-chained ledger to which one can only add."""
