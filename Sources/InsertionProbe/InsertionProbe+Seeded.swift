import CommandQueue
import Machine
import SMMUv3

/// A piece of work that a seeded insertion does before each call.
public protocol SeededWork {
    mutating func work()
}

extension InsertionProbe {
    /// As `insert(calls:)`, with a cost before each insertion that its path must not have: a call of an
    /// unspecialized generic function and of a protocol witness, and what that does.
    ///
    /// `scripts/count-instructions --check` must find it, or its check of the path could not fail.
    @inline(never)
    public mutating func insert(calls: Int, seeding work: inout any SeededWork) -> UInt32 {
        var observer = NoQueueObserver()
        let commands = commands
        for _ in 0..<calls {
            Self.perform(&work)
            guard queue.issue(commands.span, sync: sync, on: &processor, observer: &observer) == .done else {
                preconditionFailure("an insertion failed")
            }
        }
        return processor.load32(queue.placement.pointers.low, .relaxed, at: .audit).value
    }

    // Never inlined, and always called with an existential opened, so that it stays generic.
    @inline(never)
    private static func perform<Work: SeededWork>(_ work: inout Work) { work.work() }
}
