import Foundation
import Machine

/// What the agents of one run are doing, where a watchdog can see it: each agent writes its own lines, the watchdog reads them all.
///
/// Its words are stored with release and loaded with acquire, as `MachineMemory` does from outside. Nothing needs it: each word is looked
/// at for itself, and an old one makes the watchdog late by a look. On hosts of weaker order than x86-64 the watched run is more ordered
/// by it than the algorithm is, and hides what stress might find.
final class WatchBoard: Sendable {
    let roles: [AgentRole]
    fileprivate let memory: MachineMemory
    private let lines: [Word64]
    private let abandoned: Word32

    /// The device's threads, then the producers.
    init(devices: Int, producers: Int) {
        roles = (0..<devices).map { .device($0) } + (0..<producers).map { .producer($0) }
        var plan = MemoryPlan()
        abandoned = plan.reserveLine().low
        lines = roles.map { _ in plan.reserve(bytes: Self.wordsPerAgent * 8, alignment: 2 * MemoryPlan.lineSize) }
        memory = MachineMemory(plan: plan)
    }

    // An agent's words: its state, its thread, its longest wait in each phase.
    private static let firstWait = 2
    private static let wordsPerAgent = firstWait + AgentPhase.allCases.count

    func agent(of role: AgentRole) -> Int? { roles.firstIndex(of: role) }

    // For the agent alone

    @inline(__always)
    func set(_ state: AgentState, of agent: Int) { memory.set(lines[agent], to: state.word) }

    func setThread(of agent: Int) { memory.set(lines[agent].advanced(by: 1), to: UInt64(NativeThreads.currentIdentifier)) }

    func note(_ nanoseconds: UInt64, in phase: AgentPhase, of agent: Int) {
        let word = lines[agent].advanced(by: Self.firstWait + Int(phase.rawValue))
        if nanoseconds > memory.inspect(word) { memory.set(word, to: nanoseconds) }
    }

    /// Where a run that is stuck was given up, its agents come to rest where they wait.
    @inline(__always)
    func restIfAbandoned() {
        if memory.inspect(abandoned) != 0 { Self.rest() }
    }

    /// For ever: a thread cannot be ended from outside, but it can leave the processors to others.
    @inline(never)
    static func rest() -> Never {
        while true { Thread.sleep(forTimeInterval: 3600) }
    }

    // For the watchdog

    func state(of agent: Int) -> AgentState { AgentState(word: memory.inspect(lines[agent])) }

    func thread(of agent: Int) -> Int { Int(truncatingIfNeeded: memory.inspect(lines[agent].advanced(by: 1))) }

    func abandon() { memory.set(abandoned, to: 1) }

    /// Of each phase that is a wait, the longest over all agents, in nanoseconds.
    var longestWaits: [AgentPhase: UInt64] {
        var longest: [AgentPhase: UInt64] = [:]
        for phase in AgentPhase.allCases where phase.isWait {
            let most = lines.map { memory.inspect($0.advanced(by: Self.firstWait + Int(phase.rawValue))) }.max() ?? 0
            if most > 0 { longest[phase] = most }
        }
        return longest
    }
}

/// What an agent is doing, in one word.
struct AgentState: Equatable, Sendable {
    var word: UInt64 = 0

    var phase: AgentPhase { AgentPhase(rawValue: UInt8(truncatingIfNeeded: word)) ?? .starting }
    /// Has counted itself into the queue lock.
    var holdsShare: Bool { word & Self.share != 0 }
    /// Grows with all that it gets done.
    var progress: UInt64 { word >> 16 }

    private static let share: UInt64 = 1 << 8

    mutating func enter(_ phase: AgentPhase) {
        word = word & ~0xff | UInt64(phase.rawValue)
        if phase.isProgress { word &+= 1 << 16 }
    }

    mutating func setHoldsShare(_ holds: Bool) { word = holds ? word | Self.share : word & ~Self.share }
}

extension WatchBoard {
    /// A fault, to be found by the address sanitizer.
    func readBehind() { memory.readBehind() }
}
