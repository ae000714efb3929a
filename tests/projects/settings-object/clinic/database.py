from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from clinic.settings import settings

engine = create_engine(str(settings.database_url), pool_pre_ping=True)
Session = sessionmaker(engine)
