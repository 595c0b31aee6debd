/// The recorded streams that ship with the package.
///
/// Each is what an unmodified Debian arm64 kernel's SMMUv3 driver wrote; see Samples/README.md.
package enum SampleStream: String, CaseIterable, Hashable, Sendable, Codable {
    case strictWithoutRIL = "linux-strict-noril"
    case strict = "linux-strict"
    case lazy = "linux-lazy"
    case strictATS = "linux-strict-ats"
    case strictLinux61 = "linux61-strict"

    /// The sample of that name.
    package init(named name: String) throws(WorkloadError) {
        guard let sample = SampleStream(rawValue: name) else {
            throw .unknownSample(name: name, allowed: Self.allCases.map(\.rawValue))
        }
        self = sample
    }

    package var name: String { rawValue }

    /// One line.
    package var summary: String {
        switch self {
        case .strictWithoutRIL:
            "Linux 6.12, 8 CPUs, strict, no range invalidation: up to 32 TLBI_NH_VA per CMD_SYNC"
        case .strict:
            "Linux 6.12, 4 CPUs, strict, range invalidation: boot and disk traffic, mostly one TLBI_NH_VA per CMD_SYNC"
        case .lazy:
            "Linux 6.12, 4 CPUs, lazy: flushes of TLBI_NH_ASID and CMD_SYNC"
        case .strictATS:
            "Linux 6.12, 4 CPUs, strict, ATS offered: one ATC_INV and many lone CMD_SYNCs"
        case .strictLinux61:
            "Linux 6.1, 8 CPUs, strict, range invalidation: the older driver"
        }
    }

    /// CMD_SYNCs not counted.
    package var commandCount: Int {
        switch self {
        case .strictWithoutRIL: 45_000
        case .strict: 20_000
        case .lazy: 2_024
        case .strictATS: 10_000
        case .strictLinux61: 15_000
        }
    }

    package var syncCount: Int {
        switch self {
        case .strictWithoutRIL: 22_770
        case .strict: 19_992
        case .lazy: 2_004
        case .strictATS: 17_587
        case .strictLinux61: 14_999
        }
    }

    package var fileName: String { "\(rawValue).csv.xz" }

    /// The stream, named as the sample.
    package func load() throws(TraceError) -> RecordedStream {
        var stream = try RecordedStream(contentsOf: SampleFolder.standard.path(of: fileName))
        stream.name = name
        return stream
    }
}
