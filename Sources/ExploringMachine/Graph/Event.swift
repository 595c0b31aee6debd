import Machine

/// A read or a write of an execution. An update is a read and, where it writes, the write directly after it.
struct Event: BitwiseCopyable, Equatable {
    struct Flags: OptionSet, BitwiseCopyable {
        let rawValue: UInt16

        static let write = Flags(rawValue: 1)
        /// Half of an update: its write directly follows, in coherence order, what its read reads.
        static let update = Flags(rawValue: 2)
        /// A read that the exploration makes for itself. It orders nothing.
        static let phantom = Flags(rawValue: 4)
        static let acquire = Flags(rawValue: 8)
        static let release = Flags(rawValue: 16)
        /// A device register.
        static let register = Flags(rawValue: 32)
        /// A wait that has read what does not end it: its agent stays there.
        static let unmet = Flags(rawValue: 64)
        /// Of a wait.
        static let wait = Flags(rawValue: 128)
        /// A wait's, that another write has just been chosen for: its agent has not looked at it yet.
        static let revisited = Flags(rawValue: 512)
        /// Of a wait for either of two words: this is the second of them.
        static let second = Flags(rawValue: 1024)
        /// A wait that was given up: its timeout was over before anything has ended it.
        static let timedOut = Flags(rawValue: 2048)
        /// A device's access.
        static let device = Flags(rawValue: 256)
    }

    var agent: UInt8
    var site: UInt8
    /// Which half of the location it touches: 0 all of it, 1 the low half, 2 the high one.
    var part: UInt8 = 0
    var flags: Flags
    /// Its place in its agent's program order.
    var index: Int16
    var location: Int16
    /// A read's: the write that it reads from; -1 is the initial value.
    var source: Int16 = -1
    /// A write's place among the writes to its location, the initial value not counted.
    var position: Int16 = -1
    /// What C11 needs to know of fences: how many events of its agent lie before the last one of each kind; -1 where there is none.
    var fences = FencePlaces()
    /// What a write writes, 0 in the half that it does not touch; or all of what a read found in the location.
    var value: UInt64 = 0
    /// Events of its agent that come before it for every observer, beyond what coherence orders; need not be closed.
    var before = LocalSet()
    /// What it names as its dependency.
    var dependency = LocalSet()

    @inline(__always) var isWrite: Bool { flags.contains(.write) }
    @inline(__always) var isRead: Bool { !flags.contains(.write) }
    /// A read that the algorithm makes.
    @inline(__always) var isTrueRead: Bool { flags.isDisjoint(with: [.write, .phantom]) }
    /// The bits of the location that it touches.
    @inline(__always) var mask: UInt64 { part == 0 ? .max : part == 1 ? 0x0000_0000_ffff_ffff : 0xffff_ffff_0000_0000 }
    @inline(__always) var isUpdateWrite: Bool { flags.isSuperset(of: [.write, .update]) }
}

struct FencePlaces: BitwiseCopyable, Equatable {
    var release: Int16 = -1
    var acquire: Int16 = -1
    var full: Int16 = -1
}
