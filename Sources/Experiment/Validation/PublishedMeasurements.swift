/// The published values that ship with cmdqsim. They are compiled in, so that no file can be missing.
package enum PublishedMeasurements {
    /// Tables A, B and C.
    /// - Parameter isKnownMachine: as in `PointsFile.read`
    package static func points(machines: String, isKnownMachine: (String) -> Bool) throws(ScenarioError) -> [PublishedPoint] {
        var points = try PointsFile.read(
            String(decoding: PackageResources.published_points_csv, as: UTF8.self), file: "published-points.csv",
            machines: machines, isKnownMachine: isKnownMachine)
        for index in points.indices { points[index].place = nil }
        return points
    }

    /// Tables D, E and F: shown, not predicted.
    package static func references() throws(ScenarioError) -> [ReferenceValue] {
        try ReferenceValue.read(
            String(decoding: PackageResources.reference_values_csv, as: UTF8.self), file: "reference-values.csv")
    }
}
