/// The machines that ship with cmdqsim. Their files are compiled in, so that none can be missing.
package enum MachinePreset: String, CaseIterable, Sendable {
    case kunpeng920
    case grace
    case neoverseN1 = "neoverse-n1"
    case morello

    package static var names: [String] { allCases.map(\.rawValue) }

    /// What a machine may be called, for errors and help.
    package static var allowed: String { "\(names.joined(separator: ", ")), or the path of a machine file" }

    /// The file.
    package var yaml: String {
        let bytes: [UInt8] =
            switch self {
            case .kunpeng920: PackageResources.kunpeng920_yaml
            case .grace: PackageResources.grace_yaml
            case .neoverseN1: PackageResources.neoverse_n1_yaml
            case .morello: PackageResources.morello_yaml
            }
        return String(decoding: bytes, as: UTF8.self)
    }
}
