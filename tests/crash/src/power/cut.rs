//! The moment the power goes: an image of the disk, and what the world outside knew then.

use std::path::{Path, PathBuf};

use crate::Result;
use crate::book::Book;
use crate::driver::Driver;
use crate::place::copy_folder;
use crate::power::disk::{Disk, Shelf};
use crate::systems::now;

/// A power cut.
#[derive(Debug)]
pub struct Cut {
    /// Its name: of the image, and of the folder with all that belongs to it.
    pub name: String,
    /// The disk as the cut left it.
    pub disk: Disk,
    /// When, in microseconds since 1970: whatever the world outside knew was earlier.
    pub at: i64,
    /// Folder with all that belongs to it.
    pub folder: PathBuf,
}

impl Cut {
    /// Takes the image of a disk that is being written to.
    ///
    /// The systems stand still for the moment, so that their books are those of the image: a call that is under way does
    /// not arrive, which is what happens to calls when the power goes. The server itself notices nothing before the
    /// image is taken. What is acknowledged after the first look into the book is not owed.
    pub async fn take(
        shelf: &Shelf,
        live: &Disk,
        driver: &Driver,
        outside: &Path,
        folder: &Path,
    ) -> Result<Self> {
        let name =
            folder.file_name().and_then(|name| name.to_str()).ok_or("a cut without a name")?.to_owned();
        std::fs::create_dir_all(folder)?;
        let held = driver.systems.hold().await;
        let position = driver.book.position()?;
        let at = now();
        let disk = shelf.image(live, &name)?;
        let known = driver.book.position()?;
        copy_folder(&systems_in(outside), &systems_in(folder))?;
        drop(held);
        Book::as_of(&book_in(outside), &book_in(folder), position, known)?;
        Ok(Self { name, disk, at, folder: folder.to_owned() })
    }
}

/// The driver's book in a folder with a world outside.
pub fn book_in(outside: &Path) -> PathBuf {
    outside.join("book.jsonl")
}

/// The systems' folder in a folder with a world outside.
pub fn systems_in(outside: &Path) -> PathBuf {
    outside.join("systems")
}
