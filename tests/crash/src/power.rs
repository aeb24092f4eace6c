//! Power cuts: the server works on a disk that can be imaged at any moment, as a cut of the power would leave it; each
//! image is started from, brought to rest and checked against what the world outside knew at that moment.
//!
//! The disk is an ext4 file system in a file that lies on XFS: a clone of that file is atomic, and holds what had reached
//! the disk by then. What was only in the memory of the file system or of a process is not in it. The driver's book and
//! the systems' ledgers are elsewhere: they are the world outside, which a power cut does not touch.

pub mod campaign;
pub mod cut;
pub mod disk;
pub mod judge;
pub mod load;
pub mod postgres;
pub mod site;
