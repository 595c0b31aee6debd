import Experiment
import Foundation

/// A scenario in a file, in the JSON that results carry.
enum ScenarioFile {
    /// - Throws: exit 65, naming the file
    static func read(_ path: String) throws(CommandFailure) -> Scenario {
        let data = try InputFile.read(path)
        let scenario: Scenario
        do {
            scenario = try JSONDecoder().decode(Scenario.self, from: data)
        } catch {
            throw CommandFailure(.badData, "\(path): \(JSON.describe(error))")
        }
        do throws(ScenarioError) {
            try scenario.validateFields()
        } catch {
            throw CommandFailure(.badData, "\(path): \(error.message)")
        }
        return scenario
    }
}
