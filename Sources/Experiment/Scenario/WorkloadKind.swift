import Workload

/// What the producers do.
package enum WorkloadKind: Codable, Equatable, Sendable {
    /// Map and unmap buffers for DMA.
    case dma(DMALoop)
    /// Map buffers, fill them, unmap them all.
    case dmaMap(DMAMapLoop)
    /// CMD_SYNCs alone, one after the other.
    case loneSync
    /// Commands drawn at random by weight.
    case mix(OpcodeMix)
    /// A stream that a real kernel issued, from a file.
    case recorded(path: String)
    /// A stream that ships with cmdqsim, by name.
    case sample(name: String)
}

extension WorkloadKind: CustomStringConvertible {
    /// The name as the command line and the results have it.
    package var description: String {
        switch self {
        case .dma: "dma"
        case .dmaMap(let loop): "dma-map-\(loop.buffers)"
        case .loneSync: "lone-sync"
        case .mix: "mix"
        case .recorded(let path): "trace:\(path)"
        case .sample(let name): name
        }
    }
}
