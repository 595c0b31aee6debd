import ExploringMachine

/// A piece of an exploration that one thread does at a time. What it comes to depends on nothing but itself.
enum ExplorationTask: Sendable {
    /// All that comes of some graphs, or as much as is done at a time.
    case part(ExplorationPart)
    /// So many runs, drawn from a seed of their own. Of the first batch: how long runs are, and how words are accessed.
    case draws(batch: Int, longestRun: Int, usages: [UInt8])
}

struct TaskOutcome: Sendable {
    var result: Exploration
    /// Of graphs: those that are left.
    var left: ExplorationPart?
    /// How it has accessed words.
    var usages: [UInt8] = []
    var steps: [ExecutionStep] = []
    /// Which drawn runs they were.
    var seen: Set<UInt64> = []
}

/// What one thread explores with: agents and a machine of its own.
protocol ExplorationWorker: AnyObject {
    /// How many words memory has.
    var wordCount: Int { get }
    func explore(_ task: ExplorationTask, _ limits: ExplorationLimits) -> TaskOutcome
}
