import CommandQueue
import Machine

/// What a recording processor shares with the test that looks on.
final class Recording {
    let placement: QueuePlacement
    var operations: [Operation] = []
    /// Called before and after each operation: here a test lets others act, or looks at the state.
    var before: ((Operation) -> Void)?
    var after: ((Operation) -> Void)?
    /// Called with each condition that the processor waits for, before the first look.
    var onWait: ((Operation, (UInt64) -> Bool) -> Void)?

    init(placement: QueuePlacement) { self.placement = placement }

    var lines: [String] { operations.map(\.line) }
    func numbers(at site: Site) -> [Int] { operations.indices.filter { operations[$0].site == site } }
}

/// Forwards to `base`, and logs each operation with its site, ordering, word and dependencies.
struct RecordingProcessor<Base: Processor>: BlockingProcessor {
    typealias Dependency = RecordedDependency

    var base: Base
    let recording: Recording

    init(_ base: Base, recording: Recording) {
        self.base = base
        self.recording = recording
    }

    private mutating func record<Result>(_ operation: Operation, _ body: (inout Base) -> Result) -> (Result, RecordedDependency) {
        recording.before?(operation)
        recording.operations.append(operation)
        let number = recording.operations.count - 1
        let result = body(&base)
        recording.after?(operation)
        return (result, RecordedDependency(operations: [number]))
    }

    private func name(_ word: Word32) -> String { recording.placement.name(of: word.offset) }
    private func name(_ word: Word64) -> String { recording.placement.name(of: word.offset) }
}

// Memory
extension RecordingProcessor {
    mutating func load32(_ word: Word32, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading32 {
        let operation = Operation(kind: .load, site: site, word: name(word), ordering: "\(ordering)", dependency: dependency)
        let (reading, source) = record(operation) { $0.load32(word, ordering, at: site) }
        return Reading(reading.value, source)
    }
    mutating func load64(_ word: Word64, _ ordering: LoadOrdering, at site: Site, dependingOn dependency: Dependency) -> Reading64 {
        let operation = Operation(kind: .load, site: site, word: name(word), ordering: "\(ordering)", dependency: dependency)
        let (reading, source) = record(operation) { $0.load64(word, ordering, at: site) }
        return Reading(reading.value, source)
    }
    mutating func store32(_ word: Word32, _ value: UInt32, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        let operation = Operation(
            kind: .store, site: site, word: name(word), ordering: "\(ordering)", value: UInt64(value), dependency: dependency)
        _ = record(operation) { $0.store32(word, value, ordering, at: site) }
    }
    mutating func store64(_ word: Word64, _ value: UInt64, _ ordering: StoreOrdering, at site: Site, dependingOn dependency: Dependency) {
        let operation = Operation(
            kind: .store, site: site, word: name(word), ordering: "\(ordering)", value: value, dependency: dependency)
        _ = record(operation) { $0.store64(word, value, ordering, at: site) }
    }
    mutating func storeEntries<Entry: BitwiseCopyable>(
        _ entries: Span<Entry>, from first: Word64, at site: Site, dependingOn dependency: Dependency
    ) {
        let operation = Operation(
            kind: .storeEntries, site: site, word: name(first),
            value: UInt64(entries.count * MemoryLayout<Entry>.stride / 8), dependency: dependency)
        recording.before?(operation)
        recording.operations.append(operation)
        base.storeEntries(entries, from: first, at: site, dependingOn: .none)
        recording.after?(operation)
    }
    mutating func compareExchange32(_ word: Word32, expected: UInt32, desired: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        let operation = Operation(kind: .compareExchange, site: site, word: name(word), ordering: "\(ordering)", value: UInt64(desired))
        let (reading, source) = record(operation) {
            $0.compareExchange32(word, expected: expected, desired: desired, ordering, at: site)
        }
        return Reading(reading.value, source)
    }
    mutating func compareExchange64(_ word: Word64, expected: UInt64, desired: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        let operation = Operation(kind: .compareExchange, site: site, word: name(word), ordering: "\(ordering)", value: desired)
        let (reading, source) = record(operation) {
            $0.compareExchange64(word, expected: expected, desired: desired, ordering, at: site)
        }
        return Reading(reading.value, source)
    }
    mutating func fetchAdd32(_ word: Word32, _ value: UInt32, _ ordering: UpdateOrdering, at site: Site) -> Reading32 {
        let operation = Operation(kind: .fetchAdd, site: site, word: name(word), ordering: "\(ordering)", value: UInt64(value))
        let (reading, source) = record(operation) { $0.fetchAdd32(word, value, ordering, at: site) }
        return Reading(reading.value, source)
    }
    mutating func fetchAdd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        let operation = Operation(kind: .fetchAdd, site: site, word: name(word), ordering: "\(ordering)", value: value)
        let (reading, source) = record(operation) { $0.fetchAdd64(word, value, ordering, at: site) }
        return Reading(reading.value, source)
    }
    mutating func fetchAnd64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) -> Reading64 {
        let operation = Operation(kind: .fetchAnd, site: site, word: name(word), ordering: "\(ordering)", value: value)
        let (reading, source) = record(operation) { $0.fetchAnd64(word, value, ordering, at: site) }
        return Reading(reading.value, source)
    }
    mutating func xor64(_ word: Word64, _ value: UInt64, _ ordering: UpdateOrdering, at site: Site) {
        let operation = Operation(kind: .xor, site: site, word: name(word), ordering: "\(ordering)", value: value)
        _ = record(operation) { $0.xor64(word, value, ordering, at: site) }
    }
    mutating func fence(_ fence: Fence, at site: Site) {
        _ = record(Operation(kind: .fence, site: site, word: "", ordering: "\(fence)")) { $0.fence(fence, at: site) }
    }
}

// Registers
extension RecordingProcessor {
    mutating func readRegister(_ register: Register32, _ ordering: RegisterReadOrdering, at site: Site) -> Reading32 {
        let operation = Operation(kind: .readRegister, site: site, word: name(register.word), ordering: "\(ordering)")
        let (reading, source) = record(operation) { $0.readRegister(register, ordering, at: site) }
        return Reading(reading.value, source)
    }
    mutating func writeRegister(
        _ register: Register32, _ value: UInt32, _ ordering: RegisterWriteOrdering, at site: Site, dependingOn dependency: Dependency
    ) {
        let operation = Operation(
            kind: .writeRegister, site: site, word: name(register.word), ordering: "\(ordering)", value: UInt64(value), dependency: dependency)
        _ = record(operation) { $0.writeRegister(register, value, ordering, at: site) }
    }
}

// Waiting
extension RecordingProcessor {
    mutating func wait32(_ word: Word32, at site: Site, until condition: (UInt32) -> Bool) -> Reading32 {
        let operation = Operation(kind: .wait, site: site, word: name(word))
        recording.onWait?(operation) { condition(UInt32(truncatingIfNeeded: $0)) }
        let (reading, source) = record(operation) { $0.wait32(word, at: site, until: condition) }
        return Reading(reading.value, source)
    }
    mutating func wait64(_ word: Word64, at site: Site, until condition: (UInt64) -> Bool) -> Reading64 {
        let operation = Operation(kind: .wait, site: site, word: name(word))
        recording.onWait?(operation, condition)
        let (reading, source) = record(operation) { $0.wait64(word, at: site, until: condition) }
        return Reading(reading.value, source)
    }
    mutating func wait32(_ word: Word32, at site: Site, timeout: UInt64, until condition: (UInt32) -> Bool) -> Reading32? {
        let operation = Operation(kind: .wait, site: site, word: name(word), ordering: "timeout")
        let (reading, source) = record(operation) { $0.wait32(word, at: site, timeout: timeout, until: condition) }
        return reading.map { Reading($0.value, source) }
    }
    mutating func wait64(_ word: Word64, at site: Site, timeout: UInt64, until condition: (UInt64) -> Bool) -> Reading64? {
        let operation = Operation(kind: .wait, site: site, word: name(word), ordering: "timeout")
        let (reading, source) = record(operation) { $0.wait64(word, at: site, timeout: timeout, until: condition) }
        return reading.map { Reading($0.value, source) }
    }
    mutating func poll(_ poll: inout Poll, at site: Site) -> Bool {
        recording.before?(Operation(kind: .poll, site: site, word: ""))
        recording.operations.append(Operation(kind: .poll, site: site, word: ""))
        return base.poll(&poll, at: site)
    }
    mutating func concede(_ poll: inout Poll, at site: Site) { base.concede(&poll, at: site) }
    mutating func spend(nanoseconds: UInt64, at site: Site) {
        _ = record(Operation(kind: .spend, site: site, word: "", value: nanoseconds)) { $0.spend(nanoseconds: nanoseconds, at: site) }
    }
    mutating func clock() -> UInt64 { base.clock() }

    /// One thread has nobody to exclude.
    mutating func lockMutex(_ mutex: Int) { _ = record(Operation(kind: .wait, site: .lockQueue, word: "mutex[\(mutex)]")) { _ in } }
    mutating func unlockMutex(_ mutex: Int) { _ = record(Operation(kind: .store, site: .unlockQueue, word: "mutex[\(mutex)]")) { _ in } }
    mutating func sleep(nanoseconds: UInt64, at site: Site) {}
}
