import Machine

/// Something that happens at a time: an agent goes on, or a message arrives.
struct Event: Comparable {
    /// The time in picoseconds, above what tells apart events of one time: a sequence number, so that they happen in
    /// the order in which they were made, above 24 bits that name the target. One number, so that comparing takes no branch.
    fileprivate(set) var key: UInt128

    static let targetBits: UInt64 = 24
    /// Later than every other.
    static let never = Event(key: .max)

    fileprivate init(key: UInt128) { self.key = key }

    @inline(__always)
    fileprivate init(time: UInt64, sequence: UInt64, target: Int) {
        key = UInt128(time) << 64 | UInt128(sequence << Self.targetBits | UInt64(truncatingIfNeeded: target))
    }

    @inline(__always)
    static func < (one: Event, other: Event) -> Bool { one.key < other.key }

    @inline(__always)
    var time: UInt64 { UInt64(truncatingIfNeeded: key >> 64) }

    @inline(__always)
    var target: Int { Int(truncatingIfNeeded: UInt64(truncatingIfNeeded: key) & (1 << Self.targetBits - 1)) }
}

/// Events by time: a heap of four children to a node, in memory that grows by doubling and is never given back in between. One event may
/// be kept apart from the heap: that of the line for which most wait comes and goes more often than any other.
struct EventQueue {
    /// Beyond the last event there are at least as many of `none` as a node has children.
    private var keys = FixedBuffer(count: 1024, repeating: Self.none)
    private var heaped = 0
    private var apart = Self.none
    /// The first of all.
    private var first = Self.none
    private var sequence: UInt64 = 0

    /// Later than every event.
    private static var none: UInt128 { Event.never.key }

    func deallocate() { keys.deallocate() }

    /// Of the next event; the largest there is where none is pending.
    @inline(__always)
    var nextTime: UInt64 { Event(key: first).time }

    /// There must be one.
    @inline(__always)
    var next: Event { Event(key: first) }

    var count: Int { heaped &+ (apart == Self.none ? 0 : 1) }

    /// No event is as late as that.
    @inline(__always)
    var isEmpty: Bool { nextTime == .max }

    /// The next event, which there must be, is the one that is kept apart.
    @inline(__always)
    var isNextApart: Bool { UInt64(truncatingIfNeeded: first) == UInt64(truncatingIfNeeded: apart) }

    /// An event that comes after all of its time that were made before. It is not in the queue yet.
    @inline(__always)
    mutating func makeEvent(target: Int, at time: UInt64) -> Event {
        sequence &+= 1
        return Event(time: time, sequence: sequence, target: target)
    }

    mutating func add(target: Int, at time: UInt64) { add(makeEvent(target: target, at: time)) }

    mutating func add(_ event: Event) {
        if heaped &+ 4 >= keys.count { grow() }
        let key = event.key
        var position = heaped
        heaped &+= 1
        while position > 0 {
            let parent = (position &- 1) >> 2
            guard key < keys[parent] else { break }
            keys[position] = keys[parent]
            position = parent
        }
        keys[position] = key
        if position == 0 { first = min(key, apart) }
    }

    /// Keeps the event apart where no other is; else it is one of the heap.
    @inline(__always)
    mutating func addApart(_ event: Event) {
        guard apart == Self.none else { return add(event) }
        apart = event.key
        first = min(first, apart)
    }

    /// Puts another event, not before it, in place of the one that is kept apart; `never`: none is any more.
    @inline(__always)
    mutating func replaceApart(with event: Event) {
        apart = event.key
        first = min(keys[0], apart)
    }

    /// There must be one.
    @inline(__always)
    mutating func removeNext() {
        if isNextApart { replaceApart(with: .never) } else { removeNextOfHeap() }
    }

    /// The next must not be kept apart.
    mutating func removeNextOfHeap() {
        heaped &-= 1
        let last = keys[heaped]
        keys[heaped] = Self.none
        if heaped > 0 { sink(last) } else { first = apart }
    }

    /// Puts another event, which is not before it, into the place of the next; there must be one, not kept apart.
    mutating func replaceNextOfHeap(with event: Event) { sink(event.key) }

    /// Puts a key into the place of the first and moves it down to where it belongs.
    @inline(__always)
    private mutating func sink(_ key: UInt128) {
        var position = 0
        var child = 1
        while child < heaped {
            let (first, second, third, fourth) = (keys[child], keys[child &+ 1], keys[child &+ 2], keys[child &+ 3])
            let isSecond = second < first
            let isFourth = fourth < third
            let left = isSecond ? second : first
            let right = isFourth ? fourth : third
            let isRight = right < left
            let least = isRight ? right : left
            guard least < key else { break }
            keys[position] = least
            position = child &+ (isRight ? (isFourth ? 3 : 2) : (isSecond ? 1 : 0))
            child = position &* 4 &+ 1
        }
        keys[position] = key
        first = min(keys[0], apart)
    }

    private mutating func grow() {
        let larger = FixedBuffer(count: keys.count * 2, repeating: Self.none)
        for index in 0..<heaped { larger[index] = keys[index] }
        keys.deallocate()
        keys = larger
    }
}
