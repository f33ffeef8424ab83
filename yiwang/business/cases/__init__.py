"""Cases 办件: from the click on 提交 to the archived package."""
