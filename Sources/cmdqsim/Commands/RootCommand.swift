import ArgumentParser

struct RootCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cmdqsim",
        abstract: "Arm SMMUv3 command queues on real threads: the main queue against VCMDQs and ECMDQs.",
        discussion: """
            Examples:
              cmdqsim compare
              cmdqsim run --producers 4 --batch 8 --format json
              cmdqsim tune --machine kunpeng920 --producers 32
              cmdqsim validate --tables A
              cmdqsim script calls.script
              cmdqsim decode 0012000300000012:7f001701
              cmdqsim list
              cmdqsim machine kunpeng920
              cmdqsim explore --mutation no-dma-wmb
              cmdqsim litmus --model arm MP+dmb.st+addr
              cmdqsim stress --for 1m

            Results go to standard output, everything else to standard error. Exit status: 0 good, \
            1 the run found a failure, 64 bad usage, 65 bad data, 74 results could not be written, \
            130 after Ctrl-C (143 after SIGTERM); finished results are then printed, marked as partial.
            """,
        version: "0.1.0",
        subcommands: [
            CompareCommand.self, RunCommand.self, TuneCommand.self, ValidateCommand.self, ScriptCommand.self, DecodeCommand.self, ListCommand.self,
            MachineCommand.self, CalibrateCommand.self, ExploreCommand.self, LitmusCommand.self, StressCommand.self,
        ])
}
