/// A small program of straight lines, and an outcome of it that a weak machine might show.
package struct LitmusTest: Sendable {
    /// Which part of a 64-bit location an access touches.
    package enum Part: UInt64, Sendable {
        case whole = 0xffff_ffff_ffff_ffff
        case low = 0x0000_0000_ffff_ffff
        case high = 0xffff_ffff_0000_0000

        var shift: UInt64 { self == .high ? 32 : 0 }
        /// An event's `part`.
        var number: UInt8 { self == .whole ? 0 : self == .low ? 1 : 2 }
    }

    package enum Step: Sendable {
        /// `depends`: the address comes from the thread's last load.
        case load(Int, part: Part = .whole, acquire: Bool = false, depends: Bool = false)
        /// `depends`: the address or the value comes from the thread's last load.
        case store(Int, UInt64, part: Part = .whole, release: Bool = false, depends: Bool = false)
        /// A load that waits until the location holds 2: a value that may pass unseen.
        case await(Int)
        /// A relaxed update that adds to the part.
        case add(Int, UInt64, part: Part = .whole)
        case fullFence, storeFence, loadFence
        /// A branch that depends on the thread's last load.
        case branch
        case instructionBarrier
    }

    /// What a load (also an update's), counted per thread, has found, or a location holds in the end; of the part that was accessed.
    package enum Condition: Sendable {
        case reads(thread: Int, load: Int, UInt64)
        case ends(location: Int, UInt64)
    }

    package var name: String
    package var threads: [[Step]]
    package var outcome: [Condition]

    var locations: Int {
        1 + threads.joined().reduce(0) { highest, step in
            switch step {
            case .load(let location, _, _, _), .store(let location, _, _, _, _), .add(let location, _, _), .await(let location):
                max(highest, location)
            default: highest
            }
        }
    }
}

/// What stands between two accesses of a thread.
package enum LitmusEdge: String, CaseIterable, Sendable {
    case po
    case dmbSy = "dmb.sy"
    case dmbSt = "dmb.st"
    case dmbLd = "dmb.ld"
    case addr, data, ctrl, ctrlisb, acq, rel, acqrel, relacq

    enum Access { case load, store }

    func makesSense(_ first: Access, _ second: Access) -> Bool {
        switch self {
        case .po, .dmbSy, .dmbSt, .dmbLd: true
        case .addr, .ctrl, .ctrlisb, .acq: first == .load
        case .data, .acqrel: first == .load && second == .store
        case .rel: second == .store
        case .relacq: first == .store && second == .load
        }
    }

    static func allowed(_ first: Access, _ second: Access) -> [LitmusEdge] { allCases.filter { $0.makesSense(first, second) } }

    /// Both accesses, which are plain, with the edge between them.
    func joining(_ first: LitmusTest.Step, _ second: LitmusTest.Step) -> [LitmusTest.Step] {
        let isFirstOrdered = [.acq, .acqrel, .relacq].contains(self)
        let isSecondOrdered = [.rel, .acqrel, .relacq].contains(self)
        let depends = self == .addr || self == .data
        let between: [LitmusTest.Step] =
            switch self {
            case .dmbSy: [.fullFence]
            case .dmbSt: [.storeFence]
            case .dmbLd: [.loadFence]
            case .ctrl: [.branch]
            case .ctrlisb: [.branch, .instructionBarrier]
            default: []
            }
        return [first.with(ordered: isFirstOrdered)] + between + [second.with(ordered: isSecondOrdered, depends: depends)]
    }
}

extension LitmusTest.Step {
    func with(ordered: Bool, depends: Bool = false) -> LitmusTest.Step {
        switch self {
        case .load(let location, let part, _, _): .load(location, part: part, acquire: ordered, depends: depends)
        case .store(let location, let value, let part, _, _): .store(location, value, part: part, release: ordered, depends: depends)
        default: self
        }
    }

    var access: LitmusEdge.Access {
        if case .store = self { .store } else { .load }
    }
}
