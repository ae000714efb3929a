TENANTS = ("northside", "riverbank")
