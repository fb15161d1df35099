"""What people decide and declare: appended with who, when and why, never changed."""
