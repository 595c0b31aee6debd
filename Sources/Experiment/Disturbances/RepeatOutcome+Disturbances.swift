extension RepeatOutcome {
    /// Notes what happened, and holds it against what it must have led to.
    mutating func disturbed(_ counts: [Disturbance.Kind: UInt64], in scenario: Scenario) {
        disturbances = counts
        let lost = counts[.lostMSI] ?? 0
        if scenario.losesMSIs, isComplete, self.counts.syncTimeouts != lost {
            violations.add("\(self.counts.syncTimeouts) CMD_SYNCs timed out, but \(lost) MSIs were lost")
        }
        let illegal = counts[.illegalCommand] ?? 0
        if isComplete, illegal != refused, scenario.disturbances.contains(where: { $0.kind == .illegalCommand }) {
            violations.add("\(illegal) illegal commands were written, but the device refused \(refused) commands")
        }
    }
}
