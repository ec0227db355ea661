//! Memory of this process and of the machine, where the system tells (Linux).

/// Most resident memory since the start or the last reset, in MiB.
pub(super) fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some((kibibytes / 1024.0 * 10.0).round() / 10.0)
}

/// Forgets the peak so far. Where that is not allowed, the next peak includes it.
pub(super) fn reset_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Parts of the memory to spare, of which one is left to everything that is no table.
const PARTS: u64 = 4;

/// The most that tables of solving may take together, in bytes: what was asked for, in MiB, or most
/// of what there is to spare. `None` where the system does not tell.
pub fn limit(asked: Option<u64>) -> Option<u64> {
    let spare = || available_mib().map(|mib| mib - mib / PARTS);
    asked.or_else(spare).map(|mib| mib.saturating_mul(1 << 20))
}

/// Memory that this process and its kin may still take, in MiB: what the machine has to spare, or
/// the limit of its container where that is less.
pub(super) fn available_mib() -> Option<u64> {
    let info = std::fs::read_to_string("/proc/meminfo").ok();
    let spare = info.as_deref().and_then(|info| {
        let line = info.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    });
    let limit = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        .iter()
        .find_map(|path| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok());
    let spare = spare.map(|kibibytes| kibibytes / 1024);
    [spare, limit.map(|bytes| bytes >> 20)].into_iter().flatten().min()
}
