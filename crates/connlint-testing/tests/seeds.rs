//! The seeds of the fuzz targets hold what the targets say.

use std::path::Path;

use connlint_testing::fuzz::TARGETS;

#[expect(clippy::disallowed_methods, reason = "a test reads its seeds")]
#[test]
fn every_seed_holds() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    for (name, target) in TARGETS {
        let files = std::fs::read_dir(seeds.join(name)).unwrap();
        let mut count = 0;
        for file in files {
            let path = file.unwrap().path();
            let held = target(&std::fs::read(&path).unwrap());
            assert!(held.is_ok(), "{}: {}", path.display(), held.unwrap_err());
            count += 1;
        }
        assert!(count > 0, "{name} has no seed");
    }
}

#[test]
fn every_target_has_a_binary() {
    let manifest = include_str!("../../../fuzz/Cargo.toml");
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
}
