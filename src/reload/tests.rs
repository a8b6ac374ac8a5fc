//! A server in memory and a folder that changes, turn by turn, without waiting.

use std::sync::Weak;

use super::*;
use crate::http::Served;

const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/small");

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

struct Atlas {
    folder: tempfile::TempDir,
    state: Arc<ServerState>,
    reloader: Reloader,
}

impl Atlas {
    fn watched(extra: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(Path::new(FIXTURE), folder.path());
        let atlas = folder.path().join("atlas.toml");
        let text = std::fs::read_to_string(&atlas).unwrap();
        std::fs::write(&atlas, format!("{text}\n{extra}")).unwrap();
        let files = Files::look(folder.path());
        let state = Arc::new(ServerState::new(release::load(folder.path()).expect("the fixture is sound")));
        let reloader = Reloader::new(Arc::clone(&state), files, Look::Always);
        Self { folder, state, reloader }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// Replaces text in a file, whose size changes with it.
    fn edit(&self, file: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        std::fs::write(self.path(file), text.replace(from, to)).unwrap();
    }

    fn served(&self) -> Arc<Served> {
        self.state.current().unwrap()
    }
}

#[test]
fn a_change_is_built_when_it_has_settled_and_then_served() {
    let mut atlas = Atlas::watched("");
    assert_eq!(atlas.reloader.turn(), Turn::Waited);
    let before = atlas.served().id.clone();
    atlas.edit("data/values.csv", "48211", "148211");
    assert_eq!(atlas.reloader.turn(), Turn::Waited, "it may still be changing");
    atlas.edit("data/values.csv", "148211", "1048211");
    assert_eq!(atlas.reloader.turn(), Turn::Waited, "and so it was");
    assert_eq!(atlas.reloader.turn(), Turn::Replaced);
    assert_ne!(atlas.served().id, before);
    assert_eq!(atlas.served().release.id, release::load(atlas.folder.path()).unwrap().id);
    assert_eq!(atlas.reloader.turn(), Turn::Waited);
}

#[test]
fn what_a_program_leaves_beside_a_file_while_it_saves_is_no_change() {
    let mut atlas = Atlas::watched("");
    std::fs::write(atlas.path("data/~$values.csv"), "owner").unwrap();
    std::fs::write(atlas.path("data/.~lock.values.csv#"), "owner").unwrap();
    assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited; 2]);
}

#[test]
fn a_save_by_way_of_another_file_is_one_change() {
    let mut atlas = Atlas::watched("");
    let text = std::fs::read_to_string(atlas.path("data/values.csv")).unwrap().replace("48211", "148211");
    std::fs::write(atlas.path("data/1A2B3C4D"), text).unwrap();
    assert_eq!(atlas.reloader.turn(), Turn::Waited);
    std::fs::rename(atlas.path("data/values.csv"), atlas.path("data/5E6F7A8B.tmp")).unwrap();
    assert_eq!(atlas.reloader.turn(), Turn::Waited);
    std::fs::rename(atlas.path("data/1A2B3C4D"), atlas.path("data/values.csv")).unwrap();
    std::fs::remove_file(atlas.path("data/5E6F7A8B.tmp")).unwrap();
    assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited, Turn::Replaced]);
}

#[test]
fn a_broken_file_keeps_the_release_until_it_is_mended() {
    let mut atlas = Atlas::watched("");
    let before = atlas.served().id.clone();
    atlas.edit("indicators/cases.toml", "measure = \"count\"", "measure = \"county\"");
    assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited, Turn::Failed]);
    assert_eq!(atlas.served().id, before);
    assert_eq!(atlas.state.failed_reload().unwrap().errors, 1);
    assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited; 2], "it is not tried again as it is");
    atlas.edit("indicators/cases.toml", "measure = \"county\"", "measure = \"count\"");
    assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited, Turn::Unchanged]);
    assert_eq!(atlas.state.failed_reload(), None);
}

#[test]
fn a_file_that_was_missing_and_comes_is_seen_wherever_it_lies() {
    let mut atlas = Atlas::watched("");
    let beside = tempfile::tempdir().unwrap();
    let table = beside.path().join("values.csv");
    let named = format!("file = \"{}\"", table.display());
    atlas.edit("indicators/cases.toml", "file = \"../data/values.csv\"", &named);
    assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited, Turn::Failed]);
    std::fs::copy(atlas.path("data/values.csv"), &table).unwrap();
    assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited, Turn::Replaced]);
    // a share that is lost for a while
    std::fs::remove_file(&table).unwrap();
    assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited, Turn::Failed]);
    std::fs::copy(atlas.path("data/values.csv"), &table).unwrap();
    assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited, Turn::Unchanged]);
}

#[test]
fn a_file_written_again_as_it_was_changes_no_release() {
    let mut atlas = Atlas::watched("");
    let before = atlas.served();
    let text = std::fs::read(atlas.path("data/values.csv")).unwrap();
    std::fs::remove_file(atlas.path("data/values.csv")).unwrap();
    assert_eq!(atlas.reloader.turn(), Turn::Waited);
    std::fs::write(atlas.path("data/values.csv"), text).unwrap();
    let later = std::time::SystemTime::now() + Duration::from_mins(1);
    let file = std::fs::File::options().write(true).open(atlas.path("data/values.csv")).unwrap();
    file.set_modified(later).unwrap();
    assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited, Turn::Unchanged]);
    assert!(Arc::ptr_eq(&before, &atlas.served()));
}

#[test]
fn the_memory_of_a_release_is_free_when_its_time_is_over() {
    let mut atlas = Atlas::watched("[server]\nkeep_previous_s = 0\n");
    let mut held: Vec<Weak<Served>> = Vec::new();
    for round in 0..3 {
        held.push(Arc::downgrade(&atlas.served()));
        atlas.edit("data/values.csv", "48211", &format!("{round}48211"));
        assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited, Turn::Replaced]);
    }
    assert!(held.iter().all(|served| served.upgrade().is_none()), "nobody holds a release that is not served");
}

#[test]
fn two_releases_are_held_at_most() {
    let mut atlas = Atlas::watched("");
    let mut held: Vec<Weak<Served>> = Vec::new();
    for round in 1..=3 {
        held.push(Arc::downgrade(&atlas.served()));
        atlas.edit("data/values.csv", "48211", &format!("{round}48211"));
        assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited, Turn::Replaced]);
    }
    let alive: Vec<bool> = held.iter().map(|served| served.strong_count() > 0).collect();
    assert_eq!(alive, [false, false, true], "the one before is kept for those who name it");
}

#[test]
fn without_watching_only_who_asks_gets_a_reload() {
    let mut atlas = Atlas::watched("");
    atlas.reloader.look = Look::WhenAsked;
    atlas.edit("data/values.csv", "48211", "148211");
    assert_eq!([atlas.reloader.turn(), atlas.reloader.turn()], [Turn::Waited; 2]);
    assert_eq!(atlas.reloader.reload(), Turn::Replaced);
}
