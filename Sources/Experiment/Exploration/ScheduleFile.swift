import CommandQueue
import ExploringMachine
import Foundation

/// An execution that can be followed again: what was explored, and the choices.
package struct ScheduleFile: Codable, Sendable {
    package var schema = Self.name
    package var algorithm: String
    package var model: String
    package var sync: String
    package var reader: String
    package var lock: String
    package var mutation: String
    package var producers: Int
    package var commands: Int
    package var log2Entries: Int
    /// Absent in files of versions that had only insertions of one command.
    package var batch: Int?
    package var work: String?
    package var space: String?
    package var deviceStopsAfter: Int?
    package var strict: Bool
    package var rounds: Int
    package var fruitless: Int
    /// What was wrong.
    package var violation: String
    package var steps: [ScheduleStep]

    private static let name = "cmdqsim.schedule/1"

    package init(_ scenario: ExplorationScenario, violation: String, steps: [ExecutionStep]) {
        algorithm = scenario.queue.rawValue
        model = scenario.model.rawValue
        sync = scenario.sync.rawValue
        reader = scenario.reader.rawValue
        lock = scenario.lock.rawValue
        mutation = scenario.mutation.rawValue
        producers = scenario.producers
        commands = scenario.commands
        log2Entries = scenario.log2Entries
        batch = scenario.batch == 1 ? nil : scenario.batch
        space = scenario.spaceWait == .notFull ? nil : scenario.spaceWait.rawValue
        deviceStopsAfter = scenario.deviceStopsAfter
        work = scenario.work == .insert ? nil : scenario.work.rawValue
        strict = scenario.isStrict
        rounds = scenario.limits.rounds
        fruitless = scenario.limits.fruitlessRounds
        self.violation = violation
        self.steps = ScheduleStep.schedule(of: steps)
    }

    package init(reading text: String) throws(ScenarioError) {
        guard let file = try? JSONDecoder().decode(ScheduleFile.self, from: Data(text.utf8)), file.schema == Self.name else {
            throw ScenarioError(.data, "no schedule: a document with the schema \(Self.name) is expected")
        }
        self = file
    }

    package func scenario() throws(ScenarioError) -> ExplorationScenario {
        var scenario = ExplorationScenario()
        guard let queue = ExplorationScenario.Queue(rawValue: algorithm), let model = MemoryModel(rawValue: model), let sync = ExplorationScenario.Sync(rawValue: sync),
            let reader = ExplorationScenario.Reader(rawValue: reader), let lock = QueueLock.Form(rawValue: lock),
            let mutation = ProtocolMutation(rawValue: mutation), let work = ExplorationScenario.Work(rawValue: work ?? "insert"),
            let space = LinuxQueue.SpaceWait(rawValue: space ?? "not-full")
        else {
            throw ScenarioError(.data, "the schedule names an algorithm, model, sync, reader, lock, mutation, work or space that this version does not have")
        }
        guard (0...100).contains(rounds), (0...10).contains(fruitless) else {
            throw ScenarioError(.data, "rounds \(rounds), fruitless \(fruitless): 0 to 100 and 0 to 10 are allowed")
        }
        scenario.queue = queue
        scenario.model = model
        scenario.sync = sync
        scenario.reader = reader
        scenario.lock = lock
        scenario.mutation = mutation
        scenario.work = work
        scenario.batch = batch ?? 1
        scenario.spaceWait = space
        scenario.deviceStopsAfter = deviceStopsAfter
        scenario.producers = producers
        scenario.commands = commands
        scenario.log2Entries = log2Entries
        scenario.isStrict = strict
        scenario.limits.rounds = rounds
        scenario.limits.fruitlessRounds = fruitless
        // A drawn run follows compare-and-swaps that fail.
        scenario.followsRetries = true
        // What cannot be explored whole can be followed.
        scenario.strategy = .random
        if let problem = scenario.problem { throw ScenarioError(.data, problem) }
        scenario.strategy = .exhaustive
        return scenario
    }
}
