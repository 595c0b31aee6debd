/// Where a search begins, and where it goes on from a point.
extension TuningSpace {
    /// A grid over the axes, of at most about `limit` points; the ends of each axis are in it.
    func coarse(limit: Int) -> [TuningPoint] {
        var perAxis = limit
        while true {
            let positions = axes.map { Set($0.coarsePositions(limit: perAxis)) }
            let grid = points.filter { point in zip(point.positions, positions).allSatisfy { $1.contains($0) } }
            let isThinnest = axes.allSatisfy { !$0.kind.isOrdered || $0.values.count <= 2 || perAxis <= 2 }
            if grid.count <= limit || isThinnest { return grid.count <= limit ? grid : Self.spread(grid, limit) }
            perAxis -= 1
        }
    }

    /// So many of the points, at steps of the golden section: no period of the axes is kept.
    private static func spread(_ points: [TuningPoint], _ limit: Int) -> [TuningPoint] {
        var chosen: Set<Int> = []
        var place = 0.0
        while chosen.count < limit {
            chosen.insert(Int(place * Double(points.count)))
            place += 0.618_033_988_749_894_9
            place -= place.rounded(.down)
            // Steps of an irrational number come by every point; the bound is for the rounding.
            if chosen.count < limit, place == 0 { break }
        }
        return chosen.sorted().map { points[$0] }
    }

    /// Halfway between the point and the nearest tried ones on both sides of each ordered axis: first among what is like it, then among all.
    func refinements(of point: TuningPoint, tried: Set<TuningPoint>) -> [TuningPoint] {
        var found: [TuningPoint] = []
        for axis in openAxes where axes[axis].kind.isOrdered {
            let line = axes[axis].values.indices.map { position in
                var other = point
                other.positions[axis] = position
                return other
            }.filter(contains)
            for row in [alike(line, point, on: axis), line] {
                guard let here = row.firstIndex(of: point) else { continue }
                for side in [Array(row[..<here].reversed()), Array(row[(here + 1)...])] {
                    let free = side.firstIndex(where: tried.contains) ?? side.count
                    guard free > 0 else { continue }
                    // Where nothing was tried up to the end, the end is as good a place as what is halfway to it.
                    let between = side[free == side.count ? free / 2 : (free - 1) / 2]
                    if !found.contains(between) { found.append(between) }
                }
            }
        }
        return found
    }

    /// Of batches those whose slots, CMD_SYNC included, fill their last cache line as the point's do: a goal has a period of four there. Of
    /// other axes none.
    private func alike(_ line: [TuningPoint], _ point: TuningPoint, on axis: Int) -> [TuningPoint] {
        guard axes[axis].kind == .batch else { return [] }
        func place(_ other: TuningPoint) -> Int { (axes[axis].values[other.positions[axis]].integer ?? 0) % 4 }
        let alike = line.filter { place($0) == place(point) }
        return alike.count < line.count ? alike : []
    }

    /// One step away on one axis, among what is like the point and among all: the next values on both sides, or any other value where there is
    /// no order.
    func neighbours(of point: TuningPoint) -> [TuningPoint] {
        var found: [TuningPoint] = []
        for axis in openAxes {
            guard axes[axis].kind.isOrdered else {
                found += others(than: point, on: axis)
                continue
            }
            let line = ([point] + others(than: point, on: axis)).sorted { $0.positions[axis] < $1.positions[axis] }
            for row in [alike(line, point, on: axis), line] {
                guard let here = row.firstIndex(of: point) else { continue }
                for index in [here - 1, here + 1] where row.indices.contains(index) && !found.contains(row[index]) { found.append(row[index]) }
            }
        }
        return found
    }

    private func others(than point: TuningPoint, on axis: Int) -> [TuningPoint] {
        axes[axis].values.indices.filter { $0 != point.positions[axis] }.map { position in
            var other = point
            other.positions[axis] = position
            return other
        }.filter(contains)
    }

    /// The other values of the axes without order.
    func flips(of point: TuningPoint) -> [TuningPoint] {
        openAxes.filter { !axes[$0].kind.isOrdered }.flatMap { others(than: point, on: $0) }
    }
}
