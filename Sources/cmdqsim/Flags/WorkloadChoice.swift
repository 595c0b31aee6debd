import Experiment
import Workload

/// What the workload flags say together.
struct WorkloadChoice {
    /// Empty where no name was given.
    var names: [String] = []
    var trace: String?
    var mix: OpcodeMix?
    /// Empty where not given, as with `flushes`.
    var pagesPerUnmap: [Int] = []
    var flushes: [DMALoop.Flush] = []
    var rangeInvalidation = false
    var unmapsPerFlush: Int?

    static let dma = "dma"
    static let mix = "mix"
    static let loneSync = "lone-sync"
    /// Followed by the number of buffers.
    static let dmaMap = "dma-map-"

    /// Every name that `--workload` takes.
    static var allNames: [String] { [dma, "\(dmaMap)50", mix, loneSync] + SampleNames.all }

    static func nameList(_ text: String) throws(FormError) -> NameList<String> {
        try NameList(text, allowed: allNames.joined(separator: ", ")) { allNames.contains($0) || mapLoop($0) != nil ? $0 : nil }
    }

    /// The loop that a name such as dma-map-50 stands for.
    private static func mapLoop(_ name: String) -> DMAMapLoop? {
        guard name.hasPrefix(dmaMap), let buffers = Int(name.dropFirst(dmaMap.count)), "\(dmaMap)\(buffers)" == name,
            DMAMapLoop.buffersRange.contains(buffers)
        else { return nil }
        var loop = DMAMapLoop()
        loop.buffers = buffers
        return loop
    }

    /// The workloads, in the order of the names; the pages and the flushes multiply `dma`.
    ///
    /// - Parameter base: the workload where the flags name none, and where its kind's parameters come from
    func workloads(base: WorkloadKind) throws(CommandFailure) -> [WorkloadKind] {
        let kinds = try kinds(base: base)
        if let flag = firstDMAFlag, !kinds.contains(where: { if case .dma = $0 { true } else { false } }) {
            throw CommandFailure(
                .usage,
                "\(flag) applies to the workload dma only; the workload is \(kinds.map(\.description).joined(separator: ", "))")
        }
        return kinds.flatMap { kind in
            guard case .dma(let loop) = kind else { return [kind] }
            return variants(of: loop).map { .dma($0) }
        }
    }

    private func kinds(base: WorkloadKind) throws(CommandFailure) -> [WorkloadKind] {
        if let trace {
            guard names.isEmpty, mix == nil else {
                throw CommandFailure(
                    .usage, "--trace excludes --workload and --mix; the recorded stream is the workload")
            }
            guard !trace.isEmpty else { throw CommandFailure(.usage, "--trace: the path is empty; a file is allowed") }
            return [.recorded(path: trace)]
        }
        if mix != nil, !names.isEmpty, !names.contains(Self.mix) {
            throw CommandFailure(
                .usage, "--mix needs the workload mix; --workload names \(names.joined(separator: ", "))")
        }
        if names.isEmpty { return mix.map { [.mix($0)] } ?? [base] }
        return names.map { name in
            switch (name, base) {
            case (Self.dma, .dma): base
            case (Self.dma, _): .dma(.init())
            case (Self.mix, .mix(let weights)): .mix(mix ?? weights)
            case (Self.mix, _): .mix(mix ?? .init())
            case (Self.loneSync, _): .loneSync
            case (let name, _) where Self.mapLoop(name) != nil: .dmaMap(Self.mapLoop(name)!)
            default: .sample(name: name)
            }
        }
    }

    private var firstDMAFlag: String? {
        if !pagesPerUnmap.isEmpty { return "--pages-per-unmap" }
        if !flushes.isEmpty { return "--flush" }
        if rangeInvalidation { return "--range-invalidation" }
        if unmapsPerFlush != nil { return "--unmaps-per-flush" }
        return nil
    }

    private func variants(of loop: DMALoop) -> [DMALoop] {
        let flushes = flushes.isEmpty ? [loop.flush] : flushes
        let pages = pagesPerUnmap.isEmpty ? [loop.pagesPerUnmap] : pagesPerUnmap
        return flushes.flatMap { flush in
            pages.map { pages in
                var variant = loop
                variant.flush = flush
                variant.pagesPerUnmap = pages
                if rangeInvalidation { variant.rangeInvalidation = true }
                if let unmapsPerFlush { variant.unmapsPerFlush = unmapsPerFlush }
                return variant
            }
        }
    }
}
