"""What leaves the house: movements as CSV and as EPCIS 2.0."""
