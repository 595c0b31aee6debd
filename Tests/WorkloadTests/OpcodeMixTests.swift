import SMMUv3
import Testing

@testable import Workload

struct OpcodeMixTests {
    @Test("Every command that a mix may name is drawn, legal and unsuspicious", arguments: OpcodeMix.allowedNames)
    func legal(name: String) throws {
        let seed = UInt64.random(in: 0 ... .max)
        let mix = OpcodeMix(weights: [name: 1])
        let commands = try StreamPlan(.mix(mix), producers: 1, commands: 2_000, seed: seed).streams()[0].allCommands
        for command in commands {
            #expect(command.opcode == Opcode(name: name), "seed \(seed)")
            for hasRange in [false, true] {
                let problems = command.problems(under: CommandRules(rangeInvalidation: hasRange))
                #expect(problems.isEmpty, "seed \(seed): \(command)")
            }
        }
        let layout = try #require(Opcode(name: name)).layout
        #expect(layout.isEmpty || name == "CFGI_ALL" || Set(commands).count > 1, "seed \(seed)")
    }

    @Test("Commands come in the proportions of the weights")
    func proportions() throws {
        let mix = OpcodeMix(weights: ["TLBI_NH_VA": 6, "ATC_INV": 3, "CFGI_STE": 1, "RESUME": 0])
        let commands = try StreamPlan(.mix(mix), producers: 1, batch: 40_000, commands: 40_000, seed: 5).streams()[0].allCommands
        let counts = RecordedStream(name: "", commands: commands).countsPerOpcode
        #expect(Set(counts.keys) == [0x12, 0x40, 0x03])
        // Six standard deviations and more.
        #expect(abs(counts[0x12, default: 0] - 24_000) < 600)
        #expect(abs(counts[0x40, default: 0] - 12_000) < 600)
        #expect(abs(counts[0x03, default: 0] - 4_000) < 400)
    }

    @Test("A batch of nil is one command per sync")
    func batchOfOne() throws {
        let stream = try StreamPlan(.mix(OpcodeMix()), producers: 1, commands: 100, seed: 5).streams()[0]
        #expect(stream.allOperations.map(\.count) == [Int](repeating: 1, count: 100))
        #expect(stream.syncCount == 100)
    }

    @Test("Producers draw different commands")
    func producersDiffer() throws {
        let streams = try StreamPlan(.mix(OpcodeMix()), producers: 2, commands: 200, seed: 5).streams()
        #expect(streams[0].allCommands != streams[1].allCommands)
    }

    @Test("What is no mix is refused, and the error says what is allowed")
    func refusals() {
        func error(_ weights: [String: Int]) -> WorkloadError? {
            do { try OpcodeMix(weights: weights).validate(); return nil } catch { return error }
        }
        #expect(error(["TLBI_NH_VA": 1, "NONE_SUCH": 1]) == .unknownCommand(name: "NONE_SUCH", allowed: OpcodeMix.allowedNames))
        #expect(error(["CMD_SYNC": 1]) == .unknownCommand(name: "CMD_SYNC", allowed: OpcodeMix.allowedNames))
        #expect(error(["TLBI_EL3_ALL": 1]) == .unknownCommand(name: "TLBI_EL3_ALL", allowed: OpcodeMix.allowedNames))
        #expect(error(["ATC_INV": -1, "TLBI_NH_VA": 2]) == .negativeWeight(name: "ATC_INV", weight: -1))
        #expect(error(["ATC_INV": 0]) == .noWeight)
        #expect(error([:]) == .noWeight)
        #expect(error(["ATC_INV": .max, "TLBI_NH_VA": 1]) == .weightsTooLarge)
        #expect(error(["ATC_INV": 1]) == nil)
        #expect("\(WorkloadError.unknownCommand(name: "X", allowed: ["A", "B"]))" == "the mix names the command 'X'; allowed are A, B")
    }
}
