import ArgumentParser
import Experiment

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Run queues side by side: every combination of the lists.",
        discussion: """
            Examples:
              cmdqsim compare
              cmdqsim compare --producers 1,2,4..16 --vcmdqs-per-vintf 1,2 --batch 1,8,63
              cmdqsim compare --queues main --algorithm linux,fetch-add,mutex --producers '1..64*2'
              cmdqsim compare --queues main,ecmdq --producers 1,2,4
              cmdqsim compare --machine kunpeng920 --producers 2,4,8,16,32,64,96
              cmdqsim compare --trace boot.raw.csv.xz --commands 2M --format csv --output boot.csv

            A list holds values and ranges, separated by commas: A..B is every whole number from A to B, \
            A..B+STEP every STEP-th, A..B*FACTOR A, A*FACTOR, ... up to B. Numbers take k, M, G (powers of \
            1000) and Ki, Mi, Gi (powers of 1024). VINTFs and VCMDQs do not multiply the points of other \
            queues; VCMDQs and ECMDQs run the algorithm linux, and VCMDQs complete by CONS polling. The column \
            'vs main' is the rate over that of linux on the main queue with the same other parameters.
            """)

    @OptionGroup var sweep: SweepFlags
    @OptionGroup var common: CommonFlags
    @OptionGroup var output: OutputFlags

    func run() throws {
        let scenarios = try sweep.sweep(common).points()
        try SessionCommand(scenarios: scenarios, flags: output, shape: .comparison, hostStatistics: common.simulation.hostStatistics).execute()
    }
}
