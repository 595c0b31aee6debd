/// Who goes on at each step of a run that does not try everything.
package struct RandomScheduler: Sendable {
    package enum Strategy: Sendable {
        /// Anybody who can, evenly.
        case uniform
        /// The one with the highest priority; at `depth` - 1 steps, drawn evenly, the one who runs falls behind all others.
        /// Source: Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010.
        case priorities(depth: Int)
        /// Nobody is drawn: all schedules with at most so many preemptions, in order.
        case preemptions(most: Int)
    }

    private let strategy: Strategy
    var random: RandomSource
    private var priorities = InlineArray<8, Int>(repeating: 0)
    private var changes = InlineArray<16, Int>(repeating: -1)
    private(set) var step = 0
    private(set) var bounded: BoundedSchedules?
    /// The most steps that a run has had.
    package private(set) var longestRun = 1

    /// `longestRun`: where an earlier scheduler has got to.
    package init(_ strategy: Strategy, seed: UInt64, longestRun: Int = 1) {
        self.strategy = strategy
        self.longestRun = longestRun
        random = RandomSource(seed: seed)
        if case .preemptions(let most) = strategy { bounded = BoundedSchedules(most: most) }
    }

    /// A run is over: whether it was a new one. `isDone` says whether there is another.
    mutating func end() -> Bool {
        guard let isNew = bounded?.isNew else { return true }
        bounded?.end()
        return isNew
    }

    var isDone: Bool { bounded?.isDone ?? false }

    mutating func begin(agents: Int) {
        longestRun = max(longestRun, step)
        step = 0
        bounded?.begin()
        guard case .priorities(let depth) = strategy else { return }
        for agent in 0..<agents { priorities[agent] = depth + agent }
        for agent in stride(from: agents - 1, to: 0, by: -1) { priorities.swapAt(agent, random.below(agent + 1)) }
        for change in 0..<(depth - 1) { changes[change] = random.below(longestRun) }
    }

    /// `candidates` has a bit for each agent that can go on, and is not empty.
    @inline(__always)
    mutating func choose(from candidates: UInt32) -> Int {
        step &+= 1
        guard case .uniform = strategy else { return highest(of: candidates) }
        var skipped = random.below(candidates.nonzeroBitCount)
        var left = candidates
        while skipped > 0 {
            left &= left &- 1
            skipped &-= 1
        }
        return left.trailingZeroBitCount
    }

    /// Who of those that wait gives up. Not a choice among schedules where those are followed in order.
    mutating func chooseTimeout(from candidates: UInt32) -> Int {
        bounded == nil ? choose(from: candidates) : candidates.trailingZeroBitCount
    }

    private mutating func highest(of candidates: UInt32) -> Int {
        if let chosen = bounded?.choose(from: candidates) { return chosen }
        guard case .priorities(let depth) = strategy else { return 0 }
        var best = first(of: candidates)
        for change in 0..<(depth - 1) where changes[change] == step {
            priorities[best] = depth - 2 - change
            best = first(of: candidates)
        }
        return best
    }

    private func first(of candidates: UInt32) -> Int {
        var best = candidates.trailingZeroBitCount
        var left = candidates
        while left != 0 {
            let agent = left.trailingZeroBitCount
            left &= left &- 1
            if priorities[agent] > priorities[best] { best = agent }
        }
        return best
    }
}

extension InlineArray where Element == Int {
    fileprivate mutating func swapAt(_ first: Int, _ second: Int) {
        let kept = self[first]
        self[first] = self[second]
        self[second] = kept
    }
}

/// A small generator: xorshift64*.
struct RandomSource: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        var mixed = seed &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        state = (mixed ^ (mixed >> 31)) | 1
    }

    @inline(__always)
    mutating func below(_ bound: Int) -> Int {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        let drawn = (state &* 0x2545_f491_4f6c_dd1d) >> 32
        return Int((drawn &* UInt64(bound)) >> 32)
    }
}
