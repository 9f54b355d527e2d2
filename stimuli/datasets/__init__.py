"""Sources of multitracks, one file or folder per source."""
