/// All schedules with few preemptions, one after the other: first those with none, then those with one, and so on.
///
/// A preemption takes the turn from an agent that could go on. Source: Musuvathi, Qadeer, PLDI 2007.
package struct BoundedSchedules: Sendable {
    private struct Choice {
        var agent: Int
        /// Who else may go on here, as bits.
        var others: UInt32
        /// Who goes on where nobody is preempted; -1 where the last one cannot.
        var stays: Int
        /// Before this choice.
        var preemptions: Int

        var preemptionsAfter: Int { preemptions + (stays >= 0 && agent != stays ? 1 : 0) }
    }

    private let most: Int
    /// Schedules with at most so many preemptions are being followed.
    package private(set) var bound = 0
    /// All have been followed.
    private(set) var isDone = false
    private var choices: [Choice] = []
    private var depth = 0

    init(most: Int) { self.most = most }

    mutating func begin() { depth = 0 }

    /// Whether the run that has just ended had not been followed with a lower bound.
    var isNew: Bool { (choices.last?.preemptionsAfter ?? 0) == bound }

    /// A run is over: goes to the next, or is done.
    mutating func end() {
        while var choice = choices.popLast() {
            guard choice.others != 0 else { continue }
            choice.agent = choice.others.trailingZeroBitCount
            choice.others &= choice.others &- 1
            choices.append(choice)
            return
        }
        bound += 1
        isDone = bound > most
    }

    mutating func choose(from candidates: UInt32) -> Int {
        if depth == choices.count {
            let (last, used) = choices.last.map { ($0.agent, $0.preemptionsAfter) } ?? (-1, 0)
            let stays = last >= 0 && candidates >> UInt32(last) & 1 != 0 ? last : -1
            let agent = stays >= 0 ? stays : candidates.trailingZeroBitCount
            let mayPreempt = stays < 0 || used < bound
            choices.append(Choice(agent: agent, others: mayPreempt ? candidates & ~(1 << UInt32(agent)) : 0, stays: stays, preemptions: used))
        }
        depth += 1
        return choices[depth - 1].agent
    }
}
