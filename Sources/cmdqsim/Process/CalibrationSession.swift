import Experiment
import SimulatedMachine

/// Samples in turn, for a time.
struct CalibrationSession {
    var seconds: Double
    var isChecked: Bool
    var cancellation: Cancellation

    func run() throws(CommandFailure) -> (machine: MachineFile, points: [CalibrationCheck.Point]) {
        let progress = Progress(total: 100)
        defer { progress.clear() }
        do {
            var calibration = Calibration()
            var check = CalibrationCheck()
            let clock = ContinuousClock()
            let begun = clock.now
            repeat {
                let passed = (clock.now - begun) / .seconds(1)
                progress.show(run: min(100, Int(passed / seconds * 100) + 1), "measuring this host")
                // Some of each before the native runs of one round, which take longer.
                for _ in 0..<(isChecked ? 4 : 1) { try calibration.sample() }
                if isChecked { try check.sample(seconds: 0.02, after: calibration, cancellation: cancellation) }
            } while !cancellation.isCancelled && (clock.now - begun) / .seconds(1) < seconds
            // What the last round was followed by.
            if isChecked { for _ in 0..<4 { try calibration.sample() } }
            let machine = try calibration.machine()
            progress.show(run: 100, "simulating")
            return (machine, isChecked ? try check.points(calibratedBy: calibration, predictedBy: machine.model, cancellation: cancellation) : [])
        } catch let error as ScenarioError {
            throw CommandFailure(error)
        } catch {
            throw CommandFailure(.badData, "\(error)")
        }
    }
}
