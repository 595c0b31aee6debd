import ExploringMachine
import Foundation

/// An exploration that has been interrupted: what was explored, what that came to, and what is left.
package struct CheckpointFile: Codable, Sendable {
    enum Piece: Codable, Sendable {
        case left(ExplorationPart)
        /// Done, although something before it is left.
        case done(Exploration, usages: [UInt8])
    }

    struct Work: Codable, Sendable {
        var usages: [UInt8]
        var total: Exploration
        /// In the order in which one thread would explore them.
        var pieces: [Piece]
    }

    var schema = Self.name
    var scenario: String
    /// Of the first runs of the program that wrote it: another program numbers other events.
    var program: UInt64
    var work: Work
    /// Of `work`, as it is written.
    var checksum: UInt64

    private static let name = "cmdqsim.checkpoint/1"

    init(_ scenario: ExplorationScenario, program: UInt64, work: Work) {
        self.scenario = scenario.identity
        self.program = program
        self.work = work
        checksum = work.checksum
    }

    package init(reading text: String) throws(ScenarioError) {
        guard let file = try? JSONDecoder().decode(CheckpointFile.self, from: Data(text.utf8)), file.schema == Self.name else {
            throw ScenarioError(.data, "no checkpoint of this version: a document with the schema \(Self.name) is expected")
        }
        guard file.checksum == file.work.checksum else { throw ScenarioError(.data, "a checkpoint that is damaged") }
        self = file
    }

    package var text: String {
        (try? Self.encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
    }

    fileprivate static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    /// What does not fit, in a line.
    func problem(_ scenario: ExplorationScenario, program: UInt64, wordCount: Int) -> String? {
        if self.scenario != scenario.identity { return "a checkpoint of another exploration: \(self.scenario); here it is \(scenario.identity)" }
        if self.program != program { return "a checkpoint of another version of the program, or of its algorithm" }
        let fits = work.usages.count == wordCount && work.pieces.allSatisfy { piece in
            switch piece {
            case .left(let part): part.fits(words: wordCount, agents: scenario.agents)
            case .done(_, let usages): usages.count == wordCount
            }
        }
        return fits ? nil : "a checkpoint that is damaged"
    }
}

extension CheckpointFile.Work {
    /// FNV-1a.
    fileprivate var checksum: UInt64 {
        let bytes = (try? CheckpointFile.encoder.encode(self)) ?? Data()
        return bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

extension ExplorationScenario {
    /// All that decides which executions there are.
    var identity: String {
        var words = [
            "--algorithm \(queue.rawValue)", "--model \(model.rawValue)", "--sync \(sync.rawValue)", "--reader \(reader.rawValue)",
            "--lock \(lock.rawValue)", "--producers \(producers)", "--commands \(commands)", "--log2-entries \(log2Entries)",
            "--rounds \(limits.rounds)", "--fruitless \(limits.fruitlessRounds)",
        ]
        if work != .insert { words.append("--work \(work.rawValue)") }
        if batch != 1 { words.append("--batch \(batch)") }
        if spaceWait != .notFull { words.append("--space \(spaceWait.rawValue)") }
        if let deviceStopsAfter { words.append("--device-stops-after \(deviceStopsAfter)") }
        if mutation != .none { words.append("--mutation \(mutation.rawValue)") }
        if isStrict { words.append("--strict") }
        return words.joined(separator: " ")
    }
}
