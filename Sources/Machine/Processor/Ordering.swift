// An ordering is a type per kind of access: a load cannot be given a store's.

/// What a load orders.
@usableFromInline
package enum LoadOrdering: Sendable {
    case relaxed
    /// No later access of this processor comes before it.
    case acquire
}

/// What a store orders.
@usableFromInline
package enum StoreOrdering: Sendable {
    case relaxed
    /// No earlier access of this processor comes after it.
    case release
}

/// What a read-modify-write orders.
@usableFromInline
package enum UpdateOrdering: Sendable {
    case relaxed, acquire, release
    /// Both, and a store before it with a load after it.
    case full
}

/// What a read of a device register orders.
@usableFromInline
package enum RegisterReadOrdering: Sendable {
    /// Linux's `readl_relaxed`.
    case relaxed
    /// Linux's `readl`: no later read of memory comes before it.
    case orderedReads
}

/// What a register write orders.
@usableFromInline
package enum RegisterWriteOrdering: Sendable {
    /// Linux's `writel_relaxed`.
    case relaxed
    /// Linux's `writel`: every earlier store is visible to the device first.
    case orderedStores
}

@usableFromInline
package enum Fence: Sendable {
    /// Linux's `dma_wmb`: earlier stores are visible, to devices too, before later ones.
    case dmaWrite
    /// Linux's `smp_mb`: no access passes it.
    case full
}
