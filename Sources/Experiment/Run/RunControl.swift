import Machine

/// What steers the producers of a run, on every machine.
struct RunControl: Sendable {
    static let measures: UInt32 = 0
    static let isOver: UInt32 = 1
    /// Insertions are made, and not counted.
    static let warmsUp: UInt32 = 2

    /// Holds one of the values above; producers look at it before each insertion.
    let phase: Word32
    /// The processor's own work for a buffer of a `dmaMap` workload.
    var mapNanoseconds: UInt64 = 0
    var unmapNanoseconds: UInt64 = 0
}
