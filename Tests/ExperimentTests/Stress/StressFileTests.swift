@testable import Experiment
import Foundation
import Testing

@Suite struct StressFileTests {
    private func file(_ index: Int) -> StressFile {
        StressFile(
            seed: 1, index: index, mutation: .closeTwice, fault: .hang, violations: ["stuck"],
            scenario: ScenarioGenerator(seed: 1, threads: 8, cores: 2).scenario(index))
    }

    private func message(_ text: String) -> String {
        do {
            _ = try StressFile(reading: Data(text.utf8))
            return "read"
        } catch let error as ScenarioError {
            return error.message
        } catch {
            return "\(error)"
        }
    }

    @Test func comesBackAsItWas() throws {
        for index in 0..<200 {
            let file = file(index)
            #expect(try StressFile(reading: JSONEncoder().encode(file)) == file)
        }
    }

    @Test func othersAreRefused() throws {
        let text = String(decoding: try JSONEncoder().encode(file(0)), as: UTF8.self)
        #expect(message("{").contains("a JSON object with the schema cmdqsim.stress-scenario/1 is expected"))
        #expect(message("{}") == "the key 'schema' is missing; cmdqsim.stress-scenario/1 is allowed")
        #expect(message(text.replacing("stress-scenario", with: "schedule").replacing("\\/1", with: "\\/2")).contains("the schema 'cmdqsim.schedule/2' is not known to this version"))
        #expect(message(text.replacing("close-twice", with: "close-thrice")).contains("the mutation 'close-thrice' is not known"))
        #expect(message(text.replacing("\"hang\"", with: "\"hung\"")).contains("the fault 'hung' is not known"))
        #expect(message(text.replacing("\"machine\":\"native\"", with: "\"machine\":\"grace\"")).contains("native threads only"))
        #expect(message(text.replacing("\"repeats\":1", with: "\"repeats\":0")).contains("repeats 0 is out of range"))
        #expect(message(text.replacing("\"scenario\":{", with: "\"scenario\":{\"speed\":1,")).contains("unknown key 'speed'"))
        #expect(message(text) == "read")
    }
}
