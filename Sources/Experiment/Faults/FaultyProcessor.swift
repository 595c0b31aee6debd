import Machine

/// A processor that makes one fault, at the sites where the fault belongs, and is otherwise what it wraps.
struct FaultyProcessor<Base: BlockingProcessor & DevicePort>: WrappingProcessor {
    typealias Dependency = Base.Dependency

    var base: Base
    private let fault: SeededFault
    private let setup: RunSetup
    private let shared: SharedPlainCounter
    /// Operations at the fault's site so far, and faults made.
    private var visits = 0
    private var made = 0
    /// The last command fetched, for `doubledSlot`.
    private var lastFetch: (word0: UInt64, word1: UInt64) = (0, 0)
    private var doublesFetch = false

    /// The fault is made at this visit of its site: late enough that the run is under way.
    private static var firstVisit: Int { 100 }
    /// Faults that show only if the device is not fast enough are tried so often.
    private static var attempts: Int { 64 }

    init(_ base: Base, fault: SeededFault, setup: RunSetup, shared: SharedPlainCounter) {
        self.base = base
        self.fault = fault
        self.setup = setup
        self.shared = shared
    }

    /// Whether the fault is to be made now.
    private mutating func isDue(_ fault: SeededFault, attempts: Int = 1) -> Bool {
        guard self.fault == fault else { return false }
        visits += 1
        guard visits >= Self.firstVisit, made < attempts else { return false }
        made += 1
        return true
    }
}

// Where faults are made
extension FaultyProcessor {
    mutating func storeEntries<Entry: BitwiseCopyable>(
        _ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency
    ) {
        if fault == .plainRace { shared.value += 1 }
        if !entries.isEmpty, isDue(.lostSlot) {
            return base.storeEntries(entries.extracting(droppingLast: 1), from: first, at: site, dependingOn: dependency)
        }
        base.storeEntries(entries, from: first, at: site, dependingOn: dependency)
    }

    mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        if site == .awaitSync {
            let now = base.load32(word, .relaxed, at: site)
            if !condition(now.value), isDue(.earlySync, attempts: Self.attempts) { return now }
        }
        return base.wait32(word, at: site, timeout: timeout, until: condition)
    }

    mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        let read = base.readRegister(register, ordering, at: site)
        if site == .readSyncCons, let queue = setup.queues.first(where: { $0.placement.cons == register }) {
            let prod = base.readRegister(queue.placement.prod, .relaxed, at: .audit)
            if prod.value != read.value, isDue(.earlySync, attempts: Self.attempts) { return prod }
        }
        return read
    }

    mutating func writeRegister(_ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency) {
        base.writeRegister(register, value, ordering, at: site, dependingOn: dependency)
        guard site == .doorbell, isDue(.backwardDoorbell, attempts: Self.attempts),
            let queue = setup.queues.first(where: { $0.placement.prod == register })
        else { return }
        // Only once the device has taken the right value can it see the step back.
        _ = base.wait32(queue.placement.cons.word, at: .audit, timeout: 1_000_000_000) { $0 == value }
        base.writeRegister(register, queue.placement.geometry.advance(value, by: .max), ordering, at: site)
        // Time for the device to look, given away rather than burnt: it may need this core.
        _ = base.wait32(queue.placement.cons.word, at: .audit, timeout: 2_000_000) { _ in false }
    }

    mutating func dmaRead64(_ word: Word64, at site: Site) -> UInt64 {
        let value = base.dmaRead64(word, at: site)
        guard site == .fetchEntries else { return value }
        // The first word of an entry is 16-aligned.
        if word.offset % 16 == 0 {
            let isSync = value & 0xff == 0x46
            if fault == .earlyMSI, isSync, value >> 12 & 3 == 1 { signal(base.dmaRead64(word.advanced(by: 1), at: site)) }
            doublesFetch = !isSync && lastFetch.word0 != 0 && isDue(.doubledSlot)
            let last = lastFetch.word0
            if !isSync { lastFetch.word0 = value }
            return doublesFetch ? last : value
        }
        let last = lastFetch.word1
        lastFetch.word1 = value
        return doublesFetch ? last : value
    }

    private mutating func signal(_ address: UInt64) {
        let offset = Int(truncatingIfNeeded: (address & 0x000f_ffff_ffff_fffc) &- RunSetup.addressBase)
        guard (0..<setup.plan.byteCount).contains(offset) else { return }
        let word = Word32(offset: offset)
        base.dmaWrite32(word, 0, at: .completeSync)
        // Time for the producer to return, given away rather than burnt: it may need this core.
        if isDue(.earlyMSI, attempts: Self.attempts) {
            _ = base.wait32(word, at: .audit, timeout: 2_000_000) { _ in false }
        }
    }
}

extension FaultyProcessor {
    mutating func dmaWrite32(_ word: Word32, _ value: UInt32, at site: Site) {
        // An MSI that went out early does not go out again.
        if fault == .earlyMSI && site == .completeSync { return }
        base.dmaWrite32(word, value, at: site)
    }
}

/// A variable that threads share without any protection: the race is its purpose.
final class SharedPlainCounter: @unchecked Sendable {
    var value = 0
}
