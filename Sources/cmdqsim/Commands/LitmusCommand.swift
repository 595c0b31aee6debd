import ArgumentParser
import ExploringMachine

struct LitmusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "litmus",
        abstract: "Say of small concurrent programs what a memory model lets them show.",
        discussion: """
            Examples:
              cmdqsim litmus --model arm MP+dmb.st+addr MP+po+po
              cmdqsim litmus --model tso
              cmdqsim litmus --model arm --show queue-publish-no-wmb

            A test is SHAPE+EDGE0+EDGE1, or one of the queue's own (queue-publish, ...); without names all are \
            judged. The shapes are MP, SB, LB, S, R, 2+2W, WRC, IRIW, ISA2 and CoRR; the edges po, dmb.sy, dmb.st, \
            dmb.ld, addr, data, ctrl, ctrlisb, acq, rel, acqrel and relacq, where they make sense. All executions are \
            enumerated, those in which values cause themselves (load buffering) included; the models are described in \
            docs/exploring-machine.md.
            """)

    @Option(
        help: ArgumentHelp("Memory model: sc, tso, arm or c11 (default: arm).", valueName: "name"),
        transform: { try SingleValue.name($0) })
    var model: MemoryModel?

    @Flag(help: "Print an execution with the outcome, where there is one.")
    var show = false

    @Argument(help: ArgumentHelp("Tests; none: all of them.", valueName: "name"))
    var names: [String] = []

    func run() throws {
        var tests: [LitmusTest] = []
        for name in names {
            guard let test = LitmusTest.named(name) else {
                throw CommandFailure(.usage, "'\(name)' is no litmus test; allowed is SHAPE+EDGE0+EDGE1, see 'cmdqsim litmus --help'")
            }
            tests.append(test)
        }
        var output = LineBuffer()
        for test in names.isEmpty ? LitmusTest.all : tests {
            let result = LitmusEnumeration(test, under: model ?? .arm)
            output.append("\(test.name) \(result.isAllowed ? "allowed" : "forbidden")")
            if show, let witness = result.witness {
                for line in witness { output.append("    \(line)") }
            }
        }
        try output.flush()
    }
}
