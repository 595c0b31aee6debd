import Machine

/// What watches a run, and what is made wrong in it on purpose.
struct RunWatch: Sendable {
    let board: WatchBoard
    var mutation = ProtocolMutation.none
    var fault: StressFault?
}

extension NativeRepeat {
    /// Runs with every agent's doings shown on the board.
    func run(under watch: RunWatch) throws(ScenarioError) -> RepeatOutcome {
        let tally = DisturbanceTally()
        let (scenario, setup, board, mutation) = (scenario, setup, watch.board, watch.mutation)
        let hangs = watch.fault == .hang
        @Sendable func disturbed<Base: SendableMetatype>(_ base: Base, _ role: AgentRole) -> DisturbedProcessor<Base> {
            DisturbedProcessor(base, role: role, scenario: scenario, tally: tally)
        }
        @Sendable func watched<Base: SendableMetatype>(_ base: Base, _ role: AgentRole) -> WatchedProcessor<Base> {
            WatchedProcessor(
                base, role: role, board: board, control: setup.phase, running: setup.running,
                endsAtTimeouts: !scenario.losesMSIs, passesBits: mutation.waitsForBits, hangs: hangs)
        }
        var outcome: RepeatOutcome
        if let fault = scenario.fault {
            let shared = SharedPlainCounter()
            outcome = try run(on: { watched(FaultyProcessor(disturbed($0, $1), fault: fault, setup: setup, shared: shared), $1) })
        } else if mutation != .none {
            // A disturbance is to hit the mutated algorithm at the same moments, so it stands outside.
            outcome = try run(on: { watched(disturbed(NativeMutation($0, mutation, queues: setup.queues), $1), $1) })
        } else {
            outcome = try run(on: { watched(disturbed($0, $1), $1) })
        }
        outcome.disturbed(tally.all, in: scenario)
        return outcome
    }
}
