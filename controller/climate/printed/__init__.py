"""Monthly and yearly reports of the air, as PDF and as a workbook, in Chinese and English."""
