import Machine
import TestSupport
import Testing

/// What fibers of a test share; none of its methods switches.
private final class Schedule {
    var generator: SeededGenerator
    var alive: [Bool]
    var visits: [Int]
    var broken: [String] = []

    init(count: Int, seed: UInt64) {
        generator = SeededGenerator(seed: seed)
        alive = Array(repeating: true, count: count)
        visits = Array(repeating: 0, count: count)
    }

    /// Any fiber that has not ended; the caller where there is none.
    func next() -> Int32 {
        let living = alive.indices.filter { alive[$0] }
        return living.randomElement(using: &generator).map { Int32($0) } ?? FiberSet.caller
    }
}

@Suite struct FiberSetTests {
    /// Down to `depth`, with a switch at each level on both ways, and at each level values that must still be there.
    private static func descend(_ depth: Int, _ fiber: Int, _ set: FiberSet.Switch, _ schedule: Schedule) {
        var kept = InlineArray<16, UInt64>(repeating: 0)
        for index in 0..<16 { kept[index] = UInt64(fiber) << 32 | UInt64(depth) << 8 | UInt64(index) }
        func yield() {
            schedule.visits[fiber] += 1
            let next = schedule.next()
            if next != Int32(fiber) { set(to: next) }
            for index in 0..<16 where kept[index] != UInt64(fiber) << 32 | UInt64(depth) << 8 | UInt64(index) {
                schedule.broken.append("fiber \(fiber), depth \(depth), value \(index)")
            }
        }
        yield()
        if depth > 0 { descend(depth - 1, fiber, set, schedule) }
        yield()
    }

    @Test("Fibers switched to in random order keep what is on their stacks", arguments: seeds)
    func randomOrder(seed: UInt64) throws {
        let count = 40
        let set = try #require(FiberSet(count: count, stackBytes: 64 * 1024))
        let schedule = Schedule(count: count, seed: seed)
        let `switch` = set.switch
        set.prepare { fiber in
            Self.descend(fiber % 13, fiber, `switch`, schedule)
            schedule.alive[fiber] = false
            return schedule.next()
        }
        `switch`(to: 7)
        #expect(schedule.broken.isEmpty)
        #expect(schedule.visits == (0..<count).map { ($0 % 13 + 1) * 2 })
        #expect(!schedule.alive.contains(true))
    }

    @Test("Thousands of fibers, each after the other, three rounds")
    func thousands() throws {
        let count = 4096
        let set = try #require(FiberSet(count: count, stackBytes: 32 * 1024))
        let schedule = Schedule(count: count, seed: 1)
        let `switch` = set.switch
        var order: [Int32] = []
        set.prepare { fiber in
            for _ in 0..<3 {
                schedule.visits[fiber] += 1
                order.append(Int32(fiber))
                `switch`(to: fiber + 1 < count ? Int32(fiber + 1) : FiberSet.caller)
            }
            return fiber + 1 < count ? Int32(fiber + 1) : FiberSet.caller
        }
        for _ in 0..<4 { `switch`(to: 0) }
        #expect(schedule.visits == Array(repeating: 3, count: count))
        #expect(order == (0..<3).flatMap { _ in (0..<Int32(count)) })
    }

    @Test("The caller and a fiber take turns")
    func turns() throws {
        let set = try #require(FiberSet(count: 1, stackBytes: 32 * 1024))
        let `switch` = set.switch
        var log: [String] = []
        set.prepare { _ in
            for round in 0..<3 {
                log.append("fiber \(round)")
                `switch`(to: FiberSet.caller)
            }
            return FiberSet.caller
        }
        for round in 0..<3 {
            `switch`(to: 0)
            log.append("caller \(round)")
        }
        `switch`(to: 0)
        #expect(log == ["fiber 0", "caller 0", "fiber 1", "caller 1", "fiber 2", "caller 2"])
    }

    /// A process may not have so much memory in pieces as a thousand sets of their fibers' stacks.
    @Test("Sets that are abandoned give their memory back")
    func abandoned() throws {
        for round in 0..<1000 {
            let set = try #require(FiberSet(count: 64, stackBytes: 16 * 1024), "round \(round)")
            let `switch` = set.switch
            set.prepare { fiber in
                if fiber < 5 { `switch`(to: Int32(fiber + 1)) }
                `switch`(to: FiberSet.caller)
                return FiberSet.caller
            }
            `switch`(to: 0)
        }
    }

    @Test("Bodies that were never run are released with their set")
    func unrun() throws {
        final class Token {}
        weak var released: Token?
        do {
            let token = Token()
            released = token
            let set = try #require(FiberSet(count: 3, stackBytes: 16 * 1024))
            set.prepare { _ in
                _ = token
                return FiberSet.caller
            }
        }
        #expect(released == nil)
    }

    /// At least `depth` KiB of stack.
    @inline(never)
    private static func fill(_ depth: Int, _ seed: UInt64) -> UInt64 {
        var kept = InlineArray<128, UInt64>(repeating: 0)
        for index in 0..<128 { kept[index] = seed &+ UInt64(index &* depth) }
        let below = depth > 1 ? fill(depth - 1, seed) : 0
        var sum = below
        for index in 0..<128 { sum &+= kept[index] }
        return sum
    }

    @Test("Two stacks that are filled deep do not reach each other")
    func deep() throws {
        // More than a third of what there is, whatever a debug build adds to it.
        let depth = 100
        let set = try #require(FiberSet(count: 2, stackBytes: 1024 * 1024))
        let `switch` = set.switch
        var sums: [UInt64] = []
        set.prepare { fiber in
            var kept = InlineArray<8, Int>(repeating: fiber)
            kept[3] = fiber + 10
            `switch`(to: Int32(1 - fiber))
            sums.append(Self.fill(depth, UInt64(fiber)))
            sums.append(UInt64(kept[3]))
            return fiber == 0 ? 1 : FiberSet.caller
        }
        `switch`(to: 0)
        func expected(_ seed: UInt64) -> UInt64 {
            (1...UInt64(depth)).reduce(0) { $0 + 128 * seed + $1 * (127 * 128 / 2) }
        }
        #expect(sums == [expected(0), 10, expected(1), 11])
    }

    @Test("A fiber that needs more than its stack ends the process at the guard page")
    func guardPage() async {
        await #expect(processExitsWith: .failure) {
            let set = FiberSet(count: 2, stackBytes: 64 * 1024)!
            set.prepare { fiber in
                print(FiberSetTests.fill(1000, UInt64(fiber)))
                return FiberSet.caller
            }
            set.switch(to: 1)
        }
    }

    @Test("More memory than there are addresses is refused")
    func refused() {
        #expect(FiberSet(count: 8, stackBytes: 1 << 46) == nil)
    }
}
