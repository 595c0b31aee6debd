import Workload

/// The recorded streams that ship with cmdqsim.
enum SampleNames {
    static var described: [(name: String, meaning: String)] {
        SampleStream.allCases.map { ($0.name, $0.summary) }
    }

    static var all: [String] { SampleStream.allCases.map(\.name) }
}
