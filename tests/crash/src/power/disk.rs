//! Disks that can be imaged. Needs root, loop devices, ext4 and XFS; `scripts/power-cut.sh` sees to that, and to a mount
//! namespace of the campaign's own, so that nothing stays mounted whatever ends it.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::Result;

/// How large the file system with all images may grow; the file that holds it is sparse.
const SHELF_BYTES: u64 = 16 << 30;
/// The size of one disk; its file is sparse too.
const DISK_BYTES: u64 = 1 << 30;
/// How long processes that were ended may still keep a file system busy.
const BUSY: Duration = Duration::from_secs(10);

/// A file system with reflinks in one file: disks lie in it, and a clone of one takes no time and little space.
#[derive(Debug)]
pub struct Shelf {
    mount: Mount,
}

impl Shelf {
    /// Makes one in the file `file`, mounted at the folder `at`.
    pub fn make(file: &Path, at: &Path) -> Result<Self> {
        File::create_new(file)?.set_len(SHELF_BYTES)?;
        run("mkfs.xfs", &["-q".as_ref(), "-m".as_ref(), "reflink=1".as_ref(), file.as_ref()])?;
        // What is removed in it is given back to the file system outside.
        Ok(Self { mount: Mount::new("xfs", file, at, "discard")? })
    }

    /// A new, empty disk.
    pub fn disk(&self, name: &str) -> Result<Disk> {
        let disk = Disk { file: self.mount.at.join(format!("{name}.ext4")) };
        File::create_new(&disk.file)?.set_len(DISK_BYTES)?;
        run("mkfs.ext4", &["-q".as_ref(), "-F".as_ref(), disk.file.as_ref()])?;
        Ok(disk)
    }

    /// The image of a disk at this moment, whatever is written to it meanwhile. The disk stands still while it is taken.
    pub fn image(&self, of: &Disk, name: &str) -> Result<Disk> {
        let disk = Disk { file: self.mount.at.join(format!("{name}.ext4")) };
        rustix::fs::ioctl_ficlone(File::create_new(&disk.file)?, File::open(&of.file)?)?;
        Ok(disk)
    }

    /// Unmounts it.
    pub fn unmount(self) -> Result<()> {
        self.mount.unmount()
    }
}

/// A disk: a file with an ext4 file system in it.
#[derive(Debug)]
pub struct Disk {
    file: PathBuf,
}

impl Disk {
    /// Mounts it as any disk is mounted: a commit is there when the disk was told to flush.
    pub fn mount(&self, at: &Path) -> Result<Mount> {
        Mount::new("ext4", &self.file, at, "barrier=1")
    }

    /// Mounts it for a life that no power cut ends: nothing waits for flushes.
    pub fn mount_in_peace(&self, at: &Path) -> Result<Mount> {
        Mount::new("ext4", &self.file, at, "barrier=0")
    }

    /// A copy in another file system; only what is used of it takes space.
    pub fn keep(&self, to: &Path) -> Result<()> {
        run("cp", &["--sparse=always".as_ref(), self.file.as_ref(), to.as_ref()])
    }

    /// Throws it away.
    pub fn remove(self) -> Result<()> {
        Ok(std::fs::remove_file(self.file)?)
    }
}

/// A mounted file system. Dropped, it is unmounted as far as that can be done.
#[derive(Debug)]
pub struct Mount {
    /// Where it is mounted.
    pub at: PathBuf,
    mounted: bool,
}

impl Mount {
    /// The loop device is made by `mount` and goes with the mount. It is buffered: the file's pages are the disk.
    fn new(kind: &str, file: &Path, at: &Path, options: &str) -> Result<Self> {
        std::fs::create_dir_all(at)?;
        let options = format!("loop,{options}");
        let args = ["-t".as_ref(), kind.as_ref(), "-o".as_ref(), OsStr::new(&options)];
        run("mount", &[&args[..], &[file.as_ref(), at.as_ref()]].concat())?;
        Ok(Self { at: at.to_owned(), mounted: true })
    }

    /// Unmounts it; processes that were just ended may take a moment to let go.
    pub fn unmount(mut self) -> Result<()> {
        self.try_unmount()
    }

    fn try_unmount(&mut self) -> Result<()> {
        let until = Instant::now() + BUSY;
        while self.mounted {
            match run("umount", &[self.at.as_ref()]) {
                Ok(()) => self.mounted = false,
                Err(error) if Instant::now() > until => return Err(error),
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        Ok(())
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // The namespace takes along what cannot be unmounted here.
        drop(self.try_unmount());
    }
}

fn run(program: &str, args: &[&OsStr]) -> Result<()> {
    let output = Command::new(program).args(args).output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} {args:?} ended with {}: {}", output.status, words.trim()).into())
}
