"""惠企政策直达: policies as data, every company matched, told, claimed with one click, paid, and what came of it fed back."""
