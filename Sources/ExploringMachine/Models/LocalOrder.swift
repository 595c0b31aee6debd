import Machine

/// What one agent has done so far, as far as it decides what its next event comes after.
///
/// Source for `arm`: Arm ARM B2.3, locally-ordered-before; for `tso`: Owens, Sarkar, Sewell, 2009.
struct LocalOrder {
    private let model: MemoryModel
    private let isDevice: Bool
    private var all = LocalSet()
    private var reads = LocalSet()
    private var writes = LocalSet()
    /// What comes before every later event.
    private var fenced = LocalSet()
    /// What comes before every later write: behind a store barrier, or what an address or a branch depended on.
    private var fencedForWrites = LocalSet()
    private var releases = LocalSet()
    private var registers = LocalSet()
    /// What a branch depended on since the last instruction barrier.
    private var branched = LocalSet()
    /// The branches before a register's read count.
    var waitsForBranches = true
    private(set) var fences = FencePlaces()
    private(set) var length = 0

    init(model: MemoryModel, isDevice: Bool) {
        self.model = model
        self.isDevice = isDevice
    }

    /// What the next event comes after.
    func before(_ flags: Event.Flags, dependingOn dependency: LocalSet) -> LocalSet {
        guard length > 0 else { return LocalSet() }
        // A device's accesses are in order on every machine.
        if model == .sc || isDevice { return LocalSet(length - 1) }
        switch model {
        case .sc, .c11: return LocalSet()
        case .tso:
            if flags.contains(.write) || flags.contains(.update) { return all }
            return reads.joined(with: fenced)
        case .arm:
            var before = fenced.joined(with: dependency)
            if flags.contains(.register) { before.formUnion(registers) }
            if flags.contains(.write) {
                before.formUnion(fencedForWrites)
                if flags.contains(.release) { before.formUnion(all) }
                if flags.contains(.update) { before.insert(length - 1) }
            } else {
                if flags.contains(.acquire) { before.formUnion(releases) }
                // Device memory is not read speculatively: the branches before it are decided, and so is what they depend on.
                // Which loads those are is not named: they are taken to be all.
                if flags.contains(.register), waitsForBranches { before.formUnion(reads) }
            }
            return before
        }
    }

    /// The event has happened.
    mutating func append(_ flags: Event.Flags, dependingOn dependency: LocalSet) {
        let index = length
        length = index + 1
        all.insert(index)
        if flags.contains(.write) {
            writes.insert(index)
            if flags.contains(.release) { releases.insert(index) }
            if model == .tso, flags.contains(.update) { fenced = all }
        } else if !flags.contains(.phantom) {
            reads.insert(index)
            if flags.contains(.acquire) { fenced.insert(index) }
            // An address dependency also orders the writes behind the access that has it.
            fencedForWrites.formUnion(dependency)
        }
        if flags.contains(.register) { registers.insert(index) }
    }
}

// Barriers
extension LocalOrder {
    mutating func fullFence() {
        fenced = all
        fences.full = Int16(length)
        fences.acquire = Int16(length)
        fences.release = Int16(length)
    }

    /// Earlier stores before later ones; to C11 a release fence.
    mutating func storeFence() {
        if model != .tso { fencedForWrites.formUnion(writes) }
        fences.release = Int16(length)
    }

    /// Earlier loads before everything later; to C11 an acquire fence.
    mutating func loadFence() {
        fenced.formUnion(reads)
        fences.acquire = Int16(length)
    }

    /// A branch that depends on earlier loads: later writes come after them.
    mutating func branch(dependingOn dependency: LocalSet) {
        guard model == .arm else { return }
        fencedForWrites.formUnion(dependency)
        branched.formUnion(dependency)
    }

    /// An instruction barrier: what branches before it depended on comes before later loads too.
    mutating func instructionBarrier() {
        guard model == .arm else { return }
        fenced.formUnion(branched)
    }
}
