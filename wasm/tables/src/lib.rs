//! What lrpar calls of bincode 1.3, and nothing else of it.
//!
//! A parser that lrpar generates decodes its grammar and its state table from bytes at every call:
//! two thirds of the time of a usual PromQL expression. In WebAssembly this crate decodes each table
//! once and hands out the same one at every later call. On any other target (lrpar's own build
//! script runs on the host) it decodes as asked.

use std::io::Write;

use serde::{Serialize, de::DeserializeOwned};

pub use postcard::Error;

/// Writes a table for [`deserialize`].
pub fn serialize_into<W: Write, T: Serialize + ?Sized>(writer: W, value: &T) -> Result<(), Error> {
    postcard::to_io(value, writer).map(|_| ())
}

/// Reads a table that [`serialize_into`] wrote.
#[cfg(not(target_family = "wasm"))]
pub fn deserialize<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    postcard::from_bytes(bytes)
}

#[cfg(target_family = "wasm")]
pub use kept::deserialize;

#[cfg(target_family = "wasm")]
mod kept {
    use std::alloc::{GlobalAlloc, Layout, System};
    use std::cell::{Cell, RefCell};
    use std::ptr;

    use super::*;

    /// Reads a table that `serialize_into` wrote; the same bytes are read once.
    ///
    /// The caller gets a bitwise copy of a value that stays, and drops it as its own. That is sound
    /// because all that the value owns lies in blocks which [`Keeper`] never frees, because lrpar only
    /// reads its tables, and because they hold no shared counts (`Rc`) that a drop would change.
    pub fn deserialize<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
        thread_local! {
            static TABLES: RefCell<Vec<(*const u8, *const u8)>> = const { RefCell::new(Vec::new()) };
        }
        TABLES.with_borrow_mut(|tables| {
            let known = tables.iter().find(|(source, _)| *source == bytes.as_ptr());
            let table = match known {
                Some((_, table)) => table.cast::<T>(),
                None => {
                    let table: *const T = Box::leak(Box::new(keep(|| postcard::from_bytes(bytes))?));
                    tables.push((bytes.as_ptr(), table.cast()));
                    table
                }
            };
            // SAFETY: a source's bytes are a constant of the generated parser, read as one type only.
            Ok(unsafe { ptr::read(table) })
        })
    }

    /// The least size of a region for kept blocks, in bytes: about what the tables of PromQL take.
    const REGION: usize = 1 << 20;

    thread_local! {
        static KEEPING: Cell<bool> = const { Cell::new(false) };
        /// Where the next kept block goes.
        static FREE: Cell<Region> = const { Cell::new(Region { start: 0, end: 0 }) };
        static REGIONS: RefCell<Vec<Region>> = const { RefCell::new(Vec::new()) };
    }

    #[derive(Clone, Copy)]
    struct Region {
        start: usize,
        end: usize,
    }

    fn keep<R>(work: impl FnOnce() -> R) -> R {
        KEEPING.set(true);
        let result = work();
        KEEPING.set(false);
        result
    }

    /// The system's allocator, but for blocks allocated inside [`keep`], which are never freed.
    struct Keeper;

    #[global_allocator]
    static ALLOCATOR: Keeper = Keeper;

    unsafe impl GlobalAlloc for Keeper {
        unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
            if !KEEPING.get() {
                return unsafe { System.alloc(layout) };
            }
            let free = FREE.get();
            let block = free.start.next_multiple_of(layout.align());
            if block + layout.size() <= free.end {
                FREE.set(Region { start: block + layout.size(), end: free.end });
                return block as *mut u8;
            }
            let size = REGION.max(layout.size() + layout.align());
            let start = unsafe { System.alloc(Layout::from_size_align_unchecked(size, 16)) } as usize;
            if start == 0 {
                return ptr::null_mut();
            }
            let region = Region { start, end: start + size };
            FREE.set(region);
            // The list of regions is not itself a kept block.
            KEEPING.set(false);
            REGIONS.with_borrow_mut(|regions| regions.push(region));
            KEEPING.set(true);
            unsafe { self.alloc(layout) }
        }

        unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
            let address = block as usize;
            let kept = REGIONS.with_borrow(|regions| {
                regions.iter().any(|region| (region.start..region.end).contains(&address))
            });
            if !kept {
                unsafe { System.dealloc(block, layout) }
            }
        }
    }
}
