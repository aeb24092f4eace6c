//! A file system of a few megabytes in a file, which can be filled to its last block.

use std::fs::{File, OpenOptions};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::{FallocateFlags, fallocate};

use super::round::beside;
use crate::Result;

/// Steps in which room is taken, from large to small.
const STEPS: [u64; 4] = [8 << 20, 1 << 20, 64 << 10, 4 << 10];

/// A mounted file system; unmounted when this goes.
#[derive(Debug)]
pub(super) struct SmallDisk {
    mount: PathBuf,
    image: PathBuf,
    mounted: bool,
}

/// What this machine lacks to have one.
pub(super) fn missing() -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        return Some("mounting a small file system needs root".to_owned());
    }
    if !Path::new("/dev/loop-control").exists() {
        return Some("mounting a small file system needs loop devices (/dev/loop-control)".to_owned());
    }
    let known = |program: &str| {
        let found = Command::new(program).arg("-V").stdout(Stdio::null()).stderr(Stdio::null()).status();
        found.is_ok_and(|status| status.success())
    };
    (!known("mkfs.ext4")).then(|| "there is no mkfs.ext4 (package e2fsprogs)".to_owned())
}

/// Runs a program that must succeed.
pub(super) fn run(program: &str, args: &[&dyn AsRef<std::ffi::OsStr>]) -> Result<()> {
    let output = Command::new(program).args(args.iter().map(AsRef::as_ref)).output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr).trim()).into())
}

impl SmallDisk {
    /// Makes one of so many megabytes and mounts it at a folder.
    pub(super) fn mount(mount: &Path, megabytes: u64) -> Result<Self> {
        let image = beside(mount, "-disk.img");
        File::create(&image)?.set_len(megabytes << 20)?;
        // No block is set aside for root: the server may be root.
        run("mkfs.ext4", &[&"-q", &"-F", &"-m", &"0", &image])?;
        std::fs::create_dir_all(mount)?;
        run("mount", &[&"-o", &"loop", &image, &mount])?;
        let disk = Self { mount: mount.to_owned(), image, mounted: true };
        std::fs::remove_dir(mount.join("lost+found"))?;
        Ok(disk)
    }

    /// Takes all room but so many bytes.
    pub(super) fn fill(&self, leave: u64) -> Result<()> {
        let ballast = OpenOptions::new().create(true).truncate(true).write(true).open(self.ballast())?;
        let mut taken = 0;
        for step in STEPS {
            while fallocate(ballast.as_fd(), FallocateFlags::empty(), taken, step).is_ok() {
                taken += step;
            }
        }
        Ok(ballast.set_len(taken.saturating_sub(leave))?)
    }

    /// Gives the room back.
    pub(super) fn empty(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.ballast())?)
    }

    fn ballast(&self) -> PathBuf {
        self.mount.join("ballast")
    }

    /// Unmounts it; unless what is on it is of no use any more, its file stays.
    pub(super) fn unmount(mut self, forget: bool) -> Result<()> {
        run("umount", &[&self.mount])?;
        self.mounted = false;
        if forget {
            std::fs::remove_file(&self.image)?;
        }
        Ok(())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        if self.mounted {
            // Lazily: whatever still has a file open there is about to end.
            drop(run("umount", &[&"-l", &self.mount]));
        }
    }
}
