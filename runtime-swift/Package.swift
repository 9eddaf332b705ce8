// swift-tools-version: 6.0
// EnigmaRuntime: loads what enigmac wrote and runs it, on Metal or on the CPU device.
import PackageDescription

// A debug build finds the libenigma of the checkout it was built in; everything else is found when the
// program runs (see Libenigma.swift).
let build = Context.environment["ENIGMA_BUILD"] ?? "\(Context.packageDirectory)/../build"

let package = Package(
    name: "EnigmaRuntime",
    platforms: [.macOS(.v14), .iOS(.v17)],
    products: [
        .library(name: "EnigmaRuntime", targets: ["EnigmaRuntime"]),
        .executable(name: "enigma-swift-run", targets: ["enigma-swift-run"]),
    ],
    targets: [
        .target(
            name: "CEnigma",
            cSettings: [
                .define("ENIGMA_CHECKOUT_LIBRARY_DIR", to: "\"\(build)/src/capi\"", .when(configuration: .debug))
            ],
            linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]
        ),
        .target(name: "EnigmaRuntime", dependencies: ["CEnigma"]),
        .executableTarget(name: "enigma-swift-run", dependencies: ["EnigmaRuntime"]),
        // The Metal device, compiled and run against declarations of the part of Metal that it uses.
        .target(name: "MetalDeclarations", path: "Tests/MetalDeclarations"),
        .testTarget(
            name: "MetalDeviceTests",
            dependencies: ["EnigmaRuntime", "MetalDeclarations"],
            swiftSettings: [.define("ENIGMA_METAL_DECLARATIONS")]
        ),
        .testTarget(name: "EnigmaRuntimeTests", dependencies: ["EnigmaRuntime", "enigma-swift-run"]),
    ]
)
